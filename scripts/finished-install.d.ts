/** What the tests see of `finished-install.js`, which is JavaScript since it runs before there is anything else. */
export function isInstallFinished(root: string, platform: string, arch: string): boolean;
