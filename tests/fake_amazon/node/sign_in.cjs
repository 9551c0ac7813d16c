// The two requests of an application that signs people in by passport-amazon: with `{"query": {}}` where to send the
// person, with the query of the return address how it ended. The session goes in and out, so that it outlives this.
"use strict";
const { Strategy } = require("passport-amazon");

const { clientID, clientSecret, callbackURL, query, session } = JSON.parse(process.argv[2]);
const options = { clientID, clientSecret, callbackURL, scope: ["profile"], state: true, pkce: true };
const strategy = new Strategy(options, (accessToken, refreshToken, profile, done) =>
  done(null, { id: profile.id, name: profile.displayName, email: profile.emails[0].value }),
);
const tell = (outcome) => console.log(JSON.stringify({ ...outcome, session }));

// What passport itself adds to a strategy for the time of one request.
strategy.redirect = (address) => tell({ redirect: address });
strategy.success = (user) => tell({ user });
strategy.fail = (challenge, status) => tell({ fail: challenge, status });
strategy.error = ({ name, code, status, message, oauthError }) =>
  tell({ error: { name, code, status, message, cause: oauthError && oauthError.code } });

strategy.authenticate({ query, session }, {});
