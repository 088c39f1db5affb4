// What Go's clients learn of a metadata server, told in lines of JSON for clients/go.test.ts.
//
//	program facts          everything that cloud.google.com/go/compute/metadata can ask
//	program credentials    Application Default Credentials of golang.org/x/oauth2/google, used once
//	program self-signed F  the buckets, by JWTs that are signed with a key file for the API and with scopes
//	program watch KEY      each value of an attribute of the instance, until somebody deletes it
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"

	"cloud.google.com/go/compute/metadata"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
)

const cloudPlatform = "https://www.googleapis.com/auth/cloud-platform"

func main() {
	log.SetFlags(0)
	if err := run(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "facts":
		return tellFacts()
	case len(args) == 1 && args[0] == "credentials":
		return tellCredentials()
	case len(args) == 2 && args[0] == "self-signed":
		return listSelfSigned(args[1])
	case len(args) == 2 && args[0] == "watch":
		return watch(args[1])
	}
	return errors.New("usage: facts | credentials | self-signed KEY-FILE | watch KEY")
}

// tell prints one line of JSON.
func tell(what any) error {
	return json.NewEncoder(os.Stdout).Encode(what)
}

func tellFacts() error {
	facts := map[string]any{"onGCE": metadata.OnGCE(), "toldWhere": os.Getenv("GCE_METADATA_HOST") != ""}
	for name, ask := range questions {
		answer, err := ask()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		facts[name] = answer
	}
	_, err := metadata.InstanceAttributeValue("missing")
	var notDefined metadata.NotDefinedError
	facts["missingIsNotDefined"] = errors.As(err, &notDefined)
	return tell(facts)
}

var questions = map[string]func() (any, error){
	"projectId":         text(metadata.ProjectID),
	"projectNumber":     text(metadata.NumericProjectID),
	"instanceId":        text(metadata.InstanceID),
	"instanceName":      text(metadata.InstanceName),
	"zone":              text(metadata.Zone),
	"hostname":          text(metadata.Hostname),
	"internalIp":        text(metadata.InternalIP),
	"tags":              list(metadata.InstanceTags),
	"attributes":        list(metadata.InstanceAttributes),
	"projectAttributes": list(metadata.ProjectAttributes),
	"greeting":          text(func() (string, error) { return metadata.InstanceAttributeValue("greeting") }),
	"team":              text(func() (string, error) { return metadata.ProjectAttributeValue("team") }),
	"email":             text(func() (string, error) { return metadata.Email("") }),
	"scopes":            list(func() ([]string, error) { return metadata.Scopes("") }),
	"token":             text(func() (string, error) { return metadata.Get("instance/service-accounts/default/token") }),
	"idToken":           text(idToken),
}

func text(ask func() (string, error)) func() (any, error) {
	return func() (any, error) { return ask() }
}

func list(ask func() ([]string, error)) func() (any, error) {
	return func() (any, error) { return ask() }
}

func idToken() (string, error) {
	query := url.Values{"audience": {"https://go.example"}, "format": {"full"}}
	return metadata.Get("instance/service-accounts/default/identity?" + query.Encode())
}

// tellCredentials finds credentials as every Go client does, and lists buckets with them.
func tellCredentials() error {
	ctx := context.Background()
	credentials, err := google.FindDefaultCredentials(ctx, cloudPlatform)
	if err != nil {
		return err
	}
	universe, err := credentials.GetUniverseDomain()
	if err != nil {
		return err
	}
	buckets, err := listBuckets(oauth2.NewClient(ctx, credentials.TokenSource), credentials.ProjectID)
	if err != nil {
		return err
	}
	return tell(map[string]any{"projectId": credentials.ProjectID, "universe": universe, "buckets": buckets})
}

// listSelfSigned lists the buckets without the token endpoint: the account signs for the API, or with scopes.
func listSelfSigned(keyFile string) error {
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return err
	}
	forAPI, err := google.JWTAccessTokenSourceFromJSON(key, "https://storage.googleapis.com/")
	if err != nil {
		return err
	}
	withScope, err := google.JWTAccessTokenSourceWithScope(key, "https://www.googleapis.com/auth/devstorage.read_only")
	if err != nil {
		return err
	}
	for _, source := range []oauth2.TokenSource{forAPI, withScope} {
		buckets, err := listBuckets(oauth2.NewClient(context.Background(), source), "my-project")
		if err != nil {
			return err
		}
		if err := tell(buckets); err != nil {
			return err
		}
	}
	return nil
}

func listBuckets(client *http.Client, projectID string) ([]string, error) {
	response, err := client.Get("https://storage.googleapis.com/storage/v1/b?project=" + url.QueryEscape(projectID))
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", response.Status, body)
	}
	var listed struct{ Items []struct{ Name string } }
	if err := json.Unmarshal(body, &listed); err != nil {
		return nil, err
	}
	names := []string{}
	for _, bucket := range listed.Items {
		names = append(names, bucket.Name)
	}
	return names, nil
}

// watch ends where the attribute is deleted: the client calls back once more, and stops.
func watch(key string) error {
	return metadata.SubscribeWithContext(context.Background(), "instance/attributes/"+key,
		func(_ context.Context, value string, ok bool) error {
			if !ok {
				return tell(map[string]any{"value": nil})
			}
			return tell(map[string]any{"value": value})
		})
}
