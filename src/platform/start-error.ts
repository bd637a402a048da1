/** Something that the person who starts the service can put right; the message says what and how, in Chinese and English. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
}
