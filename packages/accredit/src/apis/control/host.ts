/** The host of our own API; it resolves nowhere and is spoken over the owner's socket alone. */
export const CONTROL_HOST = 'control.accredit.local';
