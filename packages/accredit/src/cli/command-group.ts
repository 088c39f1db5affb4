import type { CommandModule } from './context.ts';

/** Makes a group of commands: `accredit instances list`; its description is a sentence, of which lists show a summary. */
export function group(name: string, description: string, commands: readonly CommandModule[]): CommandModule {
  return (parent, context) => {
    const command = parent.command(name).description(description).summary(toSummary(description));
    for (const add of commands) add(command, context);
  };
}

/** `Keys of a service account.` is `keys of a service account` in a list. */
function toSummary(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}
