import { ParlanceError } from '../../../channels/error.ts';

export class ReplayError extends ParlanceError<
  | 'replay-target-live'
  | 'replay-target-unknown'
  | 'replay-unknown'
  | 'replay-option-invalid'
  | 'replay-file-exists'
  | 'replay-source-stalled'
> {}
