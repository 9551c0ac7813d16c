// Calls one function of an Incentives client: `node gift_cards.cjs CLIENT '{"call": ..., ...}'`. Prints JSON.
"use strict";

const partner = { partnerId: "Fakep", accessKey: "AKFAKE", secretKey: "partner-secret" };

const clients = {
  "amazon-incentives-api": async ({ call, id, amount, currency }) => {
    const { IncentivesAPI } = require("amazon-incentives-api");
    const client = new IncentivesAPI({
      endpoint: IncentivesAPI.Endpoint.NorthAmericaSandbox,
      partnerId: partner.partnerId,
      accessKeyId: partner.accessKey,
      secretAccessKey: partner.secretKey,
    });
    if (call === "create") return client.createGiftCard({ creationRequestId: id, amount, currencyCode: currency });
    if (call === "cancel") return client.cancelGiftCard(id);
    return client.getAvailableFunds();
  },
  agcod: ({ call, id, gcId, amount, currency }) =>
    new Promise((done, failed) => {
      const Client = require("agcod");
      const client = new Client({
        ...require("agcod/config/default.json"),
        partnerId: partner.partnerId,
        credentials: { accessKeyId: partner.accessKey, secretAccessKey: partner.secretKey },
      });
      const answered = (problem, told) => (problem ? failed(problem) : done(told));
      const sequence = id.slice(partner.partnerId.length);
      if (call === "create") client.createGiftCardAgain("NA", amount, currency, sequence, answered);
      else client.cancelGiftCard("NA", sequence, gcId, answered);
    }),
};

function problemOf(error) {
  if (error.response) return { status: error.response.status, ...error.response.data };
  const { statusCode, errorCode, errorType, agcodResponse, code } = error;
  return { status: statusCode, errorCode, errorType, agcodResponse, code };
}

const [name, asked] = process.argv.slice(2);
clients[name](JSON.parse(asked)).then(
  (told) => console.log(JSON.stringify({ told })),
  (error) => console.log(JSON.stringify({ problem: problemOf(error) })),
);
