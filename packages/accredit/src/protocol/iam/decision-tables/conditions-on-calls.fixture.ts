import type { Case, Table } from './row.fixture.ts';
import { ADA, ada, ORG, SHOP } from './world.fixture.ts';

const FALSE = 'condition false';
const ERROR = 'condition error';

const GRANTS = 'iam.googleapis.com/modifiedGrantsByRole';
const only = (...roles: readonly string[]) =>
  `api.getAttribute('${GRANTS}', []).hasOnly([${roles.map((role) => `'${role}'`)}])`;
const delegate = (expression: string, ...changed: readonly string[]): Case => ({
  on: { [SHOP]: [['roles/resourcemanager.projectIamAdmin', ada, expression]] },
  attributes: { [GRANTS]: changed },
});

export const ATTRIBUTES: Table = {
  about: 'conditions on what a call says, and errors (IAM notes 1.4)',
  given: { caller: ADA, permission: 'resourcemanager.projects.setIamPolicy', resource: SHOP },
  rows: [
    ['who may give one role gives it', delegate(only('roles/browser'), 'roles/browser'), 'granted'],
    ['who may give one role does not give another', delegate(only('roles/browser'), 'roles/owner'), FALSE],
    [
      'who may give one role does not give another beside it',
      delegate(only('roles/browser'), 'roles/browser', 'roles/owner'),
      FALSE,
    ],
    [
      'who may give two roles gives one',
      delegate(only('roles/browser', 'roles/viewer'), 'roles/viewer'),
      'granted',
    ],
    ['a call that changes no role', delegate(only('roles/browser')), 'granted'],
    [
      'a call that is no change has the default',
      { ...delegate(only('roles/browser')), permission: 'resourcemanager.projects.get', attributes: {} },
      'granted',
    ],
    [
      'who may give all but one role',
      delegate(`!('roles/owner' in api.getAttribute('${GRANTS}', []))`, 'roles/owner'),
      FALSE,
    ],
    [
      'who may give all but one role gives others',
      delegate(`!('roles/owner' in api.getAttribute('${GRANTS}', []))`, 'roles/viewer'),
      'granted',
    ],
    [
      'a default of the wrong type',
      delegate(`api.getAttribute('${GRANTS}', '') == ''`, 'roles/viewer'),
      ERROR,
    ],
    ['levels of access that nobody has here', delegate("'x' in request.auth.access_levels"), ERROR],
    ['a path that no request has here', delegate("request.path == '/'"), ERROR],
    ['an error or the truth is the truth', delegate("request.path == '/' || true"), 'granted'],
    ['the truth or an error too', delegate("true || request.path == '/'"), 'granted'],
    ['an error and what is false is false', delegate("request.path == '/' && false"), FALSE],
    ['an error and the truth is an error', delegate("request.path == '/' && true"), ERROR],
    ['the opposite of an error is an error', delegate("!(request.path == '/')"), ERROR],
    ['what does not compile', delegate('request.time <'), ERROR],
    ['what gives no bool', delegate("'true'"), ERROR],
    ['an attribute that there is not', delegate("resource.owner == 'ada'"), ERROR],
    [
      'a binding that fails leaves it to the next',
      {
        on: {
          [SHOP]: [
            ['roles/resourcemanager.projectIamAdmin', ada, 'false'],
            ['roles/resourcemanager.projectIamAdmin', ada],
          ],
        },
      },
      'granted',
    ],
    [
      'a binding that fails leaves it to the level above',
      {
        on: {
          [SHOP]: [['roles/resourcemanager.projectIamAdmin', ada, 'false']],
          [ORG]: [['roles/resourcemanager.organizationAdmin', ada]],
        },
      },
      `granted by ${ORG}`,
    ],
  ],
};
