/** Length of the answer that starts the buffer; 0 while it is not whole. Every answer here states its length. */
export function answerLength(bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1] ?? '0';
  const total = end + 4 + Number(length);
  return bytes.length >= total ? total : 0;
}
