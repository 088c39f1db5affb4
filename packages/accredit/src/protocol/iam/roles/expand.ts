/** The service, a resource type and a verb: `storage.objects.get`, or `iam.googleapis.com/workloadIdentityPools.get`. */
const PERMISSION = /^[a-z][a-z0-9]*(?:\.|\.googleapis\.com\/)[a-zA-Z]\w*\.[a-zA-Z]\w*$/;

/** The characters of a permission, as far as no brace cuts it. */
const LITERAL = /[\w./]+/y;

const SPACE = /\s*/y;

/** The notation, and how far it has been read. */
interface Reader {
  readonly notation: string;
  at: number;
}

/**
 * Expands the brace notation of the role tables to permission names.
 *
 * Expressions are separated by white space. `{a,b}` stands for either, with white space allowed beside a comma or a
 * brace; braces nest, and several in one expression multiply as in a shell: `storage.{buckets,objects}.{get,list}` is
 * four permissions. An expression may name a permission that another one has named.
 *
 * @returns the permissions, in the order in which the notation first names them
 * @throws {SyntaxError} when a brace is not closed, not opened, names fewer than two or one thing twice, or when what
 * comes out is not the name of one permission (wildcards are none)
 */
export function expandPermissions(notation: string): ReadonlySet<string> {
  const reader: Reader = { notation, at: 0 };
  const permissions = new Set<string>();
  skip(reader, SPACE);
  while (reader.at < notation.length) {
    const expanded = readExpression(reader);
    if (/\S/.test(notation.charAt(reader.at))) throw unexpectedCharacter(reader);
    for (const permission of expanded) permissions.add(checkPermission(permission));
    skip(reader, SPACE);
  }
  return permissions;
}

/** Reads literals and braces up to white space, a comma or a closing brace; returns every string that they stand for. */
function readExpression(reader: Reader): readonly string[] {
  const start = reader.at;
  let expanded: readonly string[] = [''];
  for (;;) {
    const literal = skip(reader, LITERAL);
    if (literal !== '') expanded = expanded.map((prefix) => prefix + literal);
    else if (reader.notation[reader.at] === '{') {
      const alternatives = readAlternatives(reader);
      expanded = expanded.flatMap((prefix) => alternatives.map((alternative) => prefix + alternative));
    } else break;
  }
  if (reader.at === start) throw unexpectedCharacter(reader);
  return expanded;
}

/** Reads `{a,b,…}`; returns what it stands for. */
function readAlternatives(reader: Reader): readonly string[] {
  const start = reader.at;
  const alternatives: string[] = [];
  do {
    reader.at += 1;
    skip(reader, SPACE);
    alternatives.push(...readExpression(reader));
    skip(reader, SPACE);
  } while (reader.notation[reader.at] === ',');
  if (reader.notation[reader.at] !== '}') throw unexpectedCharacter(reader);
  reader.at += 1;
  if (alternatives.length < 2) {
    throw new SyntaxError(`The braces at ${start} name fewer than two alternatives.`);
  }
  if (new Set(alternatives).size < alternatives.length) {
    throw new SyntaxError(`The braces at ${start} name an alternative twice.`);
  }
  return alternatives;
}

/** Moves past what the sticky pattern matches here, which may be nothing; returns it. */
function skip(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const matched = pattern.exec(reader.notation)?.[0] ?? '';
  reader.at += matched.length;
  return matched;
}

function checkPermission(permission: string): string {
  if (PERMISSION.test(permission)) return permission;
  throw new SyntaxError(`'${permission}' is not a permission; one reads 'service.resource.verb'.`);
}

function unexpectedCharacter({ notation, at }: Reader): SyntaxError {
  const found = at < notation.length ? `'${notation[at]}'` : 'the end';
  return new SyntaxError(`The permission notation cannot go on at ${at} with ${found}.`);
}
