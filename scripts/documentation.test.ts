/** Whether the pages for people hold together: links lead somewhere, and every dependency has its row. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/*.md', 'packages/*/README.md'], { cwd: root })
  .sort()
  .map((page) => join(root, page));

/** The links of a page that stay in the repository; what stands in code is no link. */
function relativeLinks(page: string): readonly string[] {
  const text = readFileSync(page, 'utf8').replace(/```[^]*?```|`[^`\n]*`/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(page: string): readonly string[] {
  const headings = readFileSync(page, 'utf8').match(/^#+ .+$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every link within the repository leads to a file, and to a heading of it', () => {
  assert.ok(pages.length > 0);
  for (const page of pages) {
    for (const link of relativeLinks(page)) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : resolve(dirname(page), path);
      assert.ok(existsSync(target), `${relative(root, page)}: ${link}`);
      if (anchor !== undefined)
        assert.ok(anchorsOf(target).includes(anchor), `${relative(root, page)}: ${link}`);
    }
  }
});

test('every dependency has its row in docs/dependencies.md', () => {
  const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  for (const file of ['package.json', 'packages/accredit/package.json']) {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8')) as Readonly<
      Record<string, Readonly<Record<string, string>> | undefined>
    >;
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    for (const name of Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      const row = rows.find((line) => line.split(/[ |,[\]]+/).includes(name));
      assert.ok(row !== undefined, name);
    }
  }
});
