import type { Role } from '../../../base/vocabulary.ts';

/** Which roles may do what with hash banks; written beside each route that needs it. */
export const bankPermissions = {
  'banks.read': ['moderator', 'lead', 'counsellor', 'police-liaison', 'analyst', 'admin', 'auditor'],
  /** Make, change and remove banks. */
  'banks.manage': ['lead', 'admin'],
  /** Put hashes into a bank, and say that one is doubtful. */
  'banks.add': ['moderator', 'lead', 'police-liaison'],
  /** Confirm, retire and restore. */
  'banks.decide': ['lead'],
} as const satisfies Record<string, readonly Role[]>;
