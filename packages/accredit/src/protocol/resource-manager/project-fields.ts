import { type ApiError, invalidArgument } from '../../kernel/api-error.ts';
import { checkLabels } from '../compute/contents.ts';

const PROJECT_ID = /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/;

const DISPLAY_NAME = /^[A-Za-z0-9'"\- !]{4,30}$/;

/**
 * Checks the id of a project to be: 6 to 30 lower-case letters, digits and hyphens, first a letter, last no hyphen.
 *
 * Guess: the text.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 * @see https://cloud.google.com/resource-manager/reference/rest/v1/projects
 */
export function assertProjectId(projectId: string): void {
  if (PROJECT_ID.test(projectId)) return;
  const form = '6 to 30 lowercase letters, digits or hyphens, first a letter, last no hyphen';
  throw badField('project_id', `must be ${form}`);
}

/**
 * Checks the name of a project for people: 4 to 30 letters, digits, spaces, hyphens, quotes and exclamation points.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertProjectDisplayName(field: string, name: string): void {
  if (DISPLAY_NAME.test(name)) return;
  const form = '4 to 30 letters, digits, spaces, hyphens, quotes or exclamation points';
  throw badField(field, `must be ${form}`);
}

/**
 * Checks the labels of a project. Guess: the rules of Compute Engine's labels, with their texts.
 *
 * @throws {ApiError} `INVALID_ARGUMENT`
 */
export function assertLabels(labels: Readonly<Record<string, string>>): void {
  checkLabels('labels', labels);
}

/** A field with a wrong value. Guess: the text. */
export function badField(field: string, issue: string): ApiError {
  return invalidArgument(`field [${field}] has issue [${issue}]`, {
    reason: 'badRequest',
    violations: [{ field, description: issue }],
  });
}
