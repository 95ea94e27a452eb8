// A real OpenID Connect provider on loopback, with two accounts and a groups claim, steered by POST /control.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const accounts = {
  ann: { name: 'Ann Ünal', email: 'ann@example.org', groups: ['hr', 'board'] },
  bob: { name: 'Bob <script>alert(1)</script>', email: 'bob@example.org', groups: [] },
};
const clock = Date.now.bind(Date);

function steer(change) {
  for (const [login, groups] of Object.entries(change.groups ?? {})) accounts[login].groups = groups;
  if ('skew' in change) Date.now = () => clock() + change.skew * 1000;
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'attune',
        redirect_uris: [process.env.REDIRECT_URI],
        ...(process.env.CLIENT_SECRET
          ? { client_secret: process.env.CLIENT_SECRET }
          : { token_endpoint_auth_method: 'none' }),
      },
    ],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'], groups: ['groups'] },
    scopes: ['openid', 'profile', 'email', 'groups'],
    conformIdTokenClaims: process.env.CLAIMS_IN !== 'id_token',
    pkce: { required: () => true },
    findAccount: (ctx, sub) => accounts[sub] && { accountId: sub, claims: () => ({ sub, ...accounts[sub] }) },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url !== '/control') return answer(request, response);
    let body = '';
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => { steer(JSON.parse(body)); response.end(); });
  });
  console.log(JSON.stringify({ issuer }));
});
