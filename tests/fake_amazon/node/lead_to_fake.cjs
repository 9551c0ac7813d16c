// Loaded before a client: connections to Amazon's hosts go to the fake's port on loopback. The client, its TLS
// handshake (with the host's name) and its requests stay as they are. Other hosts are refused.
"use strict";
const net = require("node:net");

const port = Number(process.env.FAKE_AMAZON_PORT);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function toTheFake(...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0];
  if (options && options.host) {
    if (!/(^|\.)amazon\.com$/.test(options.host)) throw new Error(`not Amazon: ${options.host}`);
    options.host = "127.0.0.1";
    options.port = port;
  }
  return connect.apply(this, given);
};
