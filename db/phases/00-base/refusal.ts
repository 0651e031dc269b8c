/** The application refuses what it was asked; `code` is the SQLSTATE the database's functions would raise. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
