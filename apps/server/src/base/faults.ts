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

/**
 * An error's message at its root, short. Drizzle's own message repeats the statement with its values, and Postgres quotes
 * the value that it could not read (class 22): neither may leave the database.
 */
export function wordsOf(fault: unknown): string {
  const root = rootOf(fault);
  const message = root instanceof Error ? root.message : String(root);
  const quotes = /^22/.test(codeOf(root) ?? '');
  return (quotes ? message.replace(/"[\s\S]*"/, '"…"') : message).slice(0, 500);
}

/** What a log may say of an error: its kind, its words, and where it came from. For pino's serializer `err`. */
export function toldFault(fault: unknown): unknown {
  if (!(fault instanceof Error)) return { message: wordsOf(fault) };
  const code = codeOf(rootOf(fault));
  return {
    type: fault.name,
    message: wordsOf(fault),
    ...(code === undefined ? {} : { code }),
    // The head of a stack repeats the message.
    stack: fault.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 20)
      .join('\n'),
  };
}

function rootOf(fault: unknown): unknown {
  let root = fault;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return root;
}

function codeOf(fault: unknown): string | undefined {
  const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
