import type { Role } from '../../base/vocabulary.ts';

/** Which roles may do what with policies. Publishing also takes somebody who neither wrote nor proposed the version. */
export const safeguardPermissions = {
  'safeguards.read': ['moderator', 'lead', 'analyst', 'admin', 'auditor'],
  'safeguards.draft': ['analyst', 'lead', 'admin'],
  'safeguards.approve': ['lead', 'admin'],
} as const satisfies Record<string, readonly Role[]>;
