import type { Role } from '../../base/vocabulary.ts';

/** Which roles may do what with rules; written beside each route that needs it. Trying changes nothing; publishing does. */
export const rulePermissions = {
  'rules.read': ['moderator', 'lead', 'analyst', 'admin', 'auditor'],
  'rules.draft': ['analyst', 'lead', 'admin'],
  'rules.publish': ['lead', 'admin'],
} as const satisfies Record<string, readonly Role[]>;
