import { ParlanceError } from '../../channels/error.ts';

/** No such dead letter, or it was redriven or dropped already. */
export class DeadLetterError extends ParlanceError<'dead-letter-unknown'> {}
