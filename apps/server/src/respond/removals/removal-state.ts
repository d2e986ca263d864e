/** How a request to take pictures down stands. Pure. */
export const removalStates = ['received', 'confirmed', 'declined', 'withdrawn'] as const;
export type RemovalState = (typeof removalStates)[number];
export type RemovalStep = 'confirm' | 'decline' | 'withdraw';

/**
 * The state after a step, or undefined when it is not allowed. Staff may decline what was confirmed, when they learn
 * more; they never undo a withdrawal or a decline, since the hashes are gone then. The young person may withdraw always,
 * and twice.
 */
export function afterRemovalStep(state: RemovalState, step: RemovalStep): RemovalState | undefined {
  switch (step) {
    case 'confirm':
      return state === 'received' ? 'confirmed' : undefined;
    case 'decline':
      return isStanding(state) ? 'declined' : undefined;
    case 'withdraw':
      return 'withdrawn';
  }
}

/** Its hashes are kept and asked by lookups. */
export function isStanding(state: RemovalState): boolean {
  return state === 'received' || state === 'confirmed';
}

/** Why staff decline, and what the young person reads. A list, so that nobody writes what could hurt or name somebody. */
export const declineReasons = {
  unclear: {
    vi: 'Chúng tôi chưa hiểu rõ yêu cầu này. Bạn hãy kể thêm ở trang Báo cáo hoặc gọi 111, rồi gửi lại. Bạn không làm gì sai cả.',
    en: 'We do not understand this request yet. Tell us more on the report page or call 111, then send it again. You did nothing wrong.',
  },
  adult: {
    vi: 'Yêu cầu này nói về người từ 18 tuổi trở lên. Ở đây chỉ nhận ảnh và phim của người chưa đủ 18 tuổi. Bạn có thể dùng StopNCII.org, cũng không phải gửi ảnh đi.',
    en: 'This request is about somebody who was 18 or older. Only pictures and films of people under 18 are taken here. StopNCII.org is for adults, and does not need the picture either.',
  },
  public: {
    vi: 'Dấu vân tay này là của một hình ai cũng biết, như biểu tượng hoặc ảnh trên báo. Giữ nó lại sẽ chặn nhầm nhiều người. Nếu bạn chọn nhầm tệp, bạn hãy gửi lại nhé.',
    en: 'This fingerprint belongs to a picture that everybody knows, such as a symbol or a press photo. Holding it would stop many people by mistake. If you chose the wrong file, please send again.',
  },
  misuse: {
    vi: 'Có nhiều dấu hiệu cho thấy yêu cầu này không phải để bảo vệ ai. Nếu bạn đang cần giúp đỡ, bạn hãy gọi 111 hoặc viết cho chúng tôi ở trang Báo cáo.',
    en: 'Much says that this request does not protect anybody. If you need help, call 111 or write to us on the report page.',
  },
} as const;
export type DeclineReason = keyof typeof declineReasons;
export const declineReasonNames = Object.keys(declineReasons) as [DeclineReason, ...DeclineReason[]];
