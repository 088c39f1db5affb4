import type { RequestDefect } from '../../http/connections.ts';
import type { TextResponse } from '../../http/message.ts';
import type { Clock } from '../../kernel/ports.ts';
import { refuse } from '../../protocol/metadata/refusal.ts';
import { settingsOf } from '../../protocol/metadata/settings.ts';
import { Answers, type Dialect } from './answers.ts';

/** What is wrong with a connection is said before its instance is looked at, so in the manner of any VM's server. */
const ANY_INSTANCE: Dialect = { profile: 'gce', settings: settingsOf() };

/** Pages of defects name no method and no path: it may not be there, or be endless. */
const NO_REQUEST = { method: '', path: '' };

/** Answers what is wrong with a request before any path is looked at, and ends its connection (metadata notes 4.5). */
export class DefectAnswers {
  readonly #answers: Answers;

  /** @param realClock - the date of an answer is real time, as every HTTP date is */
  constructor(realClock: Clock) {
    this.#answers = new Answers(realClock);
  }

  answer(defect: RequestDefect): TextResponse {
    const { status, headers, body } = this.#answers.refuse(refuse(defect), NO_REQUEST, ANY_INSTANCE);
    return { status, headers: { ...headers, Connection: 'close' }, body };
  }
}
