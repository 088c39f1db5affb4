import type { CommandModule } from './context.ts';

/** Makes a group of commands: `accredit instances list`. */
export function group(name: string, description: string, commands: readonly CommandModule[]): CommandModule {
  return (parent, context) => {
    const command = parent.command(name).description(description);
    for (const add of commands) add(command, context);
  };
}
