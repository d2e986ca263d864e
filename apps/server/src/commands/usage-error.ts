/** A command used wrongly: told without a stack. */
export class UsageError extends Error {}
