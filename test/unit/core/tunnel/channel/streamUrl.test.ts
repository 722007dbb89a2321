import assert from 'node:assert/strict';
import { streamUrlToDial, type StreamUrlRule } from '../../../../../src/core/tunnel/channel/streamUrl.ts';

const tail = '/v1/data-channel/me-0a+b?role=publish_subscribe&cell-number=AAEA+/x==';

function dialled(host: string, rule: Partial<StreamUrlRule> = {}): string {
  return streamUrlToDial(`wss://${host}${tail}`, { region: 'eu-west-1', loopback: false, ...rule });
}

describe('stream URL', () => {
  const taken: readonly (readonly [host: string, region: string])[] = [
    ['ssmmessages.eu-west-1.amazonaws.com', 'eu-west-1'],
    ['ssmmessages.eu-west-1.api.aws', 'eu-west-1'],
    ['ssmmessages-fips.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['ssmmessages.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['ssmmessages.cn-north-1.api.amazonwebservices.com.cn', 'cn-north-1'],
    ['ssmmessages.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
    ['ssmmessages.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
    ['ssmmessages.eu-isoe-west-1.cloud.adc-e.uk', 'eu-isoe-west-1'],
    ['ssmmessages.us-isof-south-1.csp.hci.ic.gov', 'us-isof-south-1'],
    ['ssmmessages.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['vpce-0123-abcd.ssmmessages.eu-west-1.vpce.amazonaws.com', 'eu-west-1'],
  ];
  for (const [host, region] of taken)
    it(`is taken as it is from ${host}`, () => assert.equal(dialled(host, { region }), `wss://${host}${tail}`));

  const refused = [
    'ssmmessages.eu-central-1.amazonaws.com',
    'ssmmessages.s3.amazonaws.com',
    'ssmmessages.eu-west-1.amazonaws.com.evil.example',
    'evilssmmessages.eu-west-1.amazonaws.com',
    'evil.ssmmessages.eu-west-1.amazonaws.com',
    'ssmmessages.eu-west-1.elb.amazonaws.com',
    'evil.example',
    'user:password@ssmmessages.eu-west-1.amazonaws.com',
    'ssmmessages.eu-west-1.amazonaws.com:8443',
    '127.0.0.1:1',
    '[::1]:1',
  ];
  for (const host of refused)
    it(`is refused from ${host}`, () => assert.throws(() => dialled(host), { code: 'stream-url-refused' }));

  it('is refused without TLS, and when it is none, without repeating it', () => {
    const rule = { region: 'eu-west-1', loopback: false };
    for (const url of [`ws://ssmmessages.eu-west-1.amazonaws.com${tail}`, 'nonsense', ''])
      assert.throws(
        () => streamUrlToDial(url, rule),
        (error: Error) => /stream|AWS/.test(error.message) && !error.message.includes('cell'),
      );
  });

  it('may be on this machine only where the account is', () => {
    for (const host of ['127.0.0.1:4566', 'localhost:1', '[::1]:9'])
      assert.equal(
        streamUrlToDial(`ws://${host}${tail}`, { region: 'eu-west-1', loopback: true }),
        `ws://${host}${tail}`,
      );
  });

  it('gets another host where one is set, and not a letter behind it changes', () => {
    const host = 'ssmmessages.eu-west-1.amazonaws.com';
    const endpoint = 'vpce-1.ssmmessages.eu-west-1.vpce.amazonaws.com';
    assert.equal(dialled(host, { endpoint }), `wss://${endpoint}${tail}`);
    assert.equal(dialled(host, { endpoint: `https://${endpoint}:8443/` }), `wss://${endpoint}:8443${tail}`);
    assert.equal(dialled(host, { endpoint: '[fd00:1::2]:443' }), `wss://[fd00:1::2]${tail}`);
    // An endpoint that answers with itself, as a simulator of the whole of AWS does.
    const own = 'aws.corp.example:8443';
    assert.equal(dialled(own, { endpoint: `https://${own}` }), `wss://${own}${tail}`);
    assert.throws(() => dialled(own, { endpoint: 'https://aws.corp.example' }), { code: 'stream-url-refused' });
    for (const bad of ['http://plain.example', 'https://host/path', 'a b', 'https://u:p@host', 'ws://x.example'])
      assert.throws(() => dialled(host, { endpoint: bad }), { code: 'stream-url-refused' });
  });
});
