/** What Kề Bên asks a platform to do. */
export interface RequestedAction {
  id: string;
  action: 'restrict-contact' | 'suspend' | 'warn' | 'lift';
  account: string;
  counterpart?: string;
  case: string;
  statement: { id: string; ground: string; text: { vi: string; en: string } };
  reason: string;
  at: string;
}

export interface ActionWebhook {
  type: 'action.requested';
  timestamp: string;
  data: RequestedAction;
}

export class WebhookError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WebhookError';
  }
}

const TOLERANCE_SECONDS = 300;

/**
 * Checks the signature of a webhook (Standard Webhooks 1.0, symmetric `whsec_…` secret) and gives its content.
 * `body` must be the raw bytes as text, before any JSON parsing. Throws a WebhookError; answer 400 then.
 */
export async function verifyWebhook(
  secret: string,
  body: string,
  headers: Record<string, string | string[] | undefined>,
  now: Date = new Date(),
): Promise<ActionWebhook> {
  const header = (name: string) => {
    const value = headers[name];
    if (typeof value !== 'string' || value === '') throw new WebhookError(`the header ${name} is missing`);
    return value;
  };
  const id = header('webhook-id');
  const timestamp = header('webhook-timestamp');
  const signatures = header('webhook-signature');
  if (!(Math.abs(now.getTime() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) {
    throw new WebhookError('the webhook is older or newer than five minutes');
  }
  const key = await crypto.subtle.importKey(
    'raw',
    Uint8Array.from(atob(secret.replace(/^whsec_/, '')), (char) => char.charCodeAt(0)),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  for (const candidate of signatures.split(' ')) {
    const [version, signature = ''] = candidate.split(',');
    if (version !== 'v1') continue;
    const bytes = Uint8Array.from(decode(signature), (char) => char.charCodeAt(0));
    if (await crypto.subtle.verify('HMAC', key, bytes, signed)) return JSON.parse(body) as ActionWebhook;
  }
  throw new WebhookError('no signature fits the secret');
}

function decode(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return '';
  }
}
