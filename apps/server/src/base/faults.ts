// Connection (08), rollback such as deadlocks (40), resources (53), lock not available (55P03), operator (57).
const passingStates = /^(08|40|53|55P03|57)/;
const passingCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

/** True for faults of the database that the same statement may survive later; false for faults of the data. */
export function isPassing(fault: unknown): boolean {
  for (let cause = fault; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (
      typeof code === 'string' &&
      (passingCodes.has(code) || (code.length === 5 && passingStates.test(code)))
    )
      return true;
    // pg gives broken connections no code.
    if (
      /connection (terminated|ended)|timeout exceeded when trying to connect|not queryable/i.test(
        cause.message,
      )
    )
      return true;
  }
  return false;
}

/** An error's message at its root, short: drizzle's own would repeat the statement with its values. */
export function wordsOf(cause: unknown): string {
  let root = cause;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return (root instanceof Error ? root.message : String(root)).slice(0, 500);
}
