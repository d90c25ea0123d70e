/** Why a conversation can not be moved to another version: it stays where it is. */
export class MigrationRefusal extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type RefusalCode =
  /** It is not open any more, or was never. */
  | 'conversation-ended'
  /** It runs on another version than the one that it was to be moved from. */
  | 'version-differs'
  /** One of the versions is not known, or they are of two definitions. */
  | 'version-unknown'
  /** The step in which it waits, or the snippet that it is in, is not in the new version, and no step is named for it. */
  | 'step-removed'
  /** The step that is named for it can not be entered from where it is. */
  | 'step-unreachable'
  /** It waits for other events than the new version would. */
  | 'events-differ'
  | 'input-missing'
  | 'value-misfits'
  /** An operator resumes or cancels what is parked; only its version can be changed. */
  | 'conversation-parked';
