import type { Account } from '../../kernel/account.ts';
import { splitTarget, type WireRequest, type WireResponse } from '../../wire/wireMessage.ts';
import { rows } from './ssoRows.ts';

/** What a person sees in the browser: the code, and a button that lets the device in. Undefined for any other request. */
export function devicePage(account: Account, { method, target, body }: WireRequest): WireResponse | undefined {
  const { path, query } = splitTarget(target);
  if (path !== '/device' || (method !== 'GET' && method !== 'POST')) return undefined;
  const form = method === 'POST' ? new URLSearchParams(Buffer.from(body).toString('utf8')) : undefined;
  const userCode = (form?.get('user_code') ?? query.get('user_code') ?? '').trim().toUpperCase();
  const device = rows({ account }, 'devices').find(row => row.userCode === userCode);
  if (!device || device.state !== 'pending' || device.expiresAt <= account.realNow())
    return html(404, '<p>There is no request with this code, or it is over.</p>');
  if (!form)
    return html(
      200,
      `<p>A program asks to sign in to the practice account. Is this the code that it shows?</p><h1>${device.userCode}</h1>
<form method="post" action="/device"><input type="hidden" name="user_code" value="${device.userCode}">
<button name="decision" value="approve">Allow</button> <button name="decision" value="deny">Deny</button></form>`,
    );
  device.state = form.get('decision') === 'deny' ? 'denied' : 'approved';
  return html(200, `<p>Request ${device.state}. You can close this window.</p>`);
}

function html(status: number, content: string): WireResponse {
  const head = '<meta charset="utf-8"><title>Practice sign-in</title>';
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
  };
  return { status, headers, body: `<!doctype html><html lang="en"><head>${head}</head><body>${content}</body></html>` };
}
