import { describe, expect, it } from 'vitest';
import { loadSafeguards } from '../safeguards.ts';
import { matrix } from './matrix.ts';

const safeguards = loadSafeguards();

describe('the built-in situations', () => {
  it('are some 300, each with its own id and its own name in both languages', () => {
    expect(matrix.length).toBeGreaterThanOrEqual(290);
    expect(matrix.length).toBeLessThanOrEqual(360);
    for (const key of [
      (row: (typeof matrix)[number]) => row.id,
      (row: (typeof matrix)[number]) => row.name.vi,
      (row: (typeof matrix)[number]) => row.name.en,
    ]) {
      const seen = matrix.map(key);
      expect(seen.filter((one, at) => seen.indexOf(one) !== at)).toEqual([]);
    }
    const find = (id: string) => matrix.find((row) => row.id === id)?.name;
    expect(find('message.send adult>13-15 strangers')).toEqual({
      vi: 'Nhắn tin riêng: người từ 25 tuổi → bạn 13–15 tuổi; hai bên chưa kết bạn',
      en: 'Sending a private message: adult of 25 or over → teenager of 13–15; the two are not contacts',
    });
  });

  it('are each told apart from no situation at all: every policy decides at least one', () => {
    const deciding = new Set(matrix.flatMap(({ situation }) => safeguards.judge(situation).policies));
    expect(safeguards.list.map(({ id }) => id).filter((id) => !deciding.has(id))).toEqual([]);
  });
});
