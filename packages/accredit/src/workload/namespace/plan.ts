/** What a namespace run is told and what comes of it: the types that the parent and the agent share. */

/** A place outside that the program may reach over TCP. */
export interface AllowedTarget {
  readonly kind: 'name' | 'ipv4' | 'ipv6';
  /** A lower-case ASCII name without a final dot, or an address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** What clients of the metadata server need for TLS, each PEM (metadata notes 11.3). */
export interface MetadataTlsFiles {
  /** What they are to believe. */
  readonly rootPem: string;
  /** Their certificate and its private key. */
  readonly clientPem: string;
}

/** Everything a run needs to know. All paths are absolute. */
export interface NamespacePlan {
  /** The program and its arguments, as for `execvp`: a name without a slash is looked up on the `PATH` of {@link env}. */
  readonly command: readonly string[];
  /** The whole environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The instance's own Unix socket; what reaches it over 169.254.169.254:80 is this instance. */
  readonly metadataSocket: string;
  /** The Unix socket where TLS of the metadata server ends, for 169.254.169.254:443; absent: nobody listens there. */
  readonly metadataTlsSocket?: string;
  /** Put where clients look for them; absent: they find none, and speak plain HTTP. */
  readonly metadataTlsFiles?: MetadataTlsFiles;
  /** The Unix socket on which the cloud ends TLS for the Google APIs. */
  readonly tlsSocket: string;
  /** A PEM file with the roots of the system and ours; it is put over the bundles of the system. */
  readonly caBundlePath: string;
  /** What may be reached besides the cloud; nothing by default. */
  readonly allow: readonly AllowedTarget[];
  /**
   * Files and directories that the program must not see the content of. A directory becomes an empty one that the
   * program may write to (and that is thrown away); a file becomes an empty file, which still *exists*: where a
   * program has to find nothing at all, name the directory. What does not exist is left alone. The directories of the
   * two sockets may be named: the agent opens them first.
   */
  readonly maskedPaths: readonly string[];
  /**
   * A directory of the caller (0700, short path) for the files to mount and our sockets; the caller removes it. The
   * program needs none of it by this path, and what is above it may be named in {@link maskedPaths}.
   */
  readonly workDir: string;
  /** A directory in {@link workDir} that the program is to find at its path, whatever masks lie over it. */
  readonly seenDirectory?: string;
}

/** How the program ended: with a status of 0 to 255, or killed by a signal such as `SIGTERM`. */
export type ProgramExit = { readonly code: number } | { readonly signal: NodeJS.Signals };

/** The kernel's names of the namespaces that a process is in, such as `net:[4026531833]`. */
export interface NamespaceIds {
  readonly user: string;
  readonly net: string;
  readonly mnt: string;
}

/** The programs that set up a namespace, as absolute paths. */
export interface Tools {
  readonly unshare: string;
  readonly ip: string;
  readonly mount: string;
}

/** What the parent tells the agent once, on top of the plan. */
export interface AgentPlan extends NamespacePlan {
  readonly uid: number;
  readonly gid: number;
  readonly tools: Tools;
}

/** From the parent to the agent, over the IPC channel. */
export type ToAgent =
  | { readonly type: 'run'; readonly plan: AgentPlan }
  | { readonly type: 'signal'; readonly name: NodeJS.Signals };

/** From the agent to the parent, over the IPC channel. */
export type FromAgent =
  | { readonly type: 'entered'; readonly inside: NamespaceIds }
  | { readonly type: 'stopped' }
  | { readonly type: 'ended'; readonly exit: ProgramExit }
  | { readonly type: 'failed'; readonly code: AgentFailureCode; readonly message: string };

/** Why the agent could not do what the plan says. */
export type AgentFailureCode = 'setup-failed' | 'command-not-found' | 'command-not-executable';
