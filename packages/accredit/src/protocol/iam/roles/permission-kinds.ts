/** Verbs that change nothing: the first word of a permission's last part. What mints credentials is none of them. */
const READING =
  /\.(?:get(?!AccessToken$|OpenIdToken$)|list|search|test|analyze|view|check|validate|capacity|calendarMode|fetch|lookup|query|show|useReadOnly)[A-Za-z]*$/;

/**
 * Says whether a permission changes nothing, and gives nothing out with which something can be changed.
 *
 * @param permission - in either spelling: `compute.advice.capacityHistory`
 */
export function onlyReads(permission: string): boolean {
  return READING.test(permission);
}

/** Roles that Google gives to its own services, and those that it keeps for old access lists. */
const NOT_FOR_PEOPLE = /serviceAgent$|expressMode|Service$|\.legacy/;

/**
 * Says whether people are meant to give a predefined role to each other.
 *
 * @param role - `roles/storage.objectViewer`
 */
export function isForPeople(role: string): boolean {
  return !NOT_FOR_PEOPLE.test(role);
}
