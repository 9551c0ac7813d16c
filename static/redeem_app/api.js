/* Sends what a form of the page says, and shows the answer. */
"use strict";

const key = document.querySelector("#key");

function request(form) {
  const headers = key.value ? { "x-api-key": key.value } : {};
  const query = [];
  let path = form.dataset.path;
  for (const field of form.querySelectorAll("input")) {
    const [place, name] = field.name.split(":");
    if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(field.value));
    else if (field.value && place === "query") query.push(`${name}=${encodeURIComponent(field.value)}`);
    else if (field.value && place === "header") headers[name] = field.value;
  }
  const body = form.elements.body?.value;
  if (body !== undefined) headers["content-type"] = "application/json";
  const address = query.length ? `${path}?${query.join("&")}` : path;
  return [address, { method: form.dataset.method, headers, body, credentials: "omit" }];
}

async function send(form) {
  const output = form.querySelector("output");
  output.textContent = "…";
  try {
    const answer = await fetch(...request(form));
    const text = await answer.text();
    output.textContent = `${answer.status} ${answer.statusText}\n${pretty(text)}`;
  } catch (fault) {
    output.textContent = `No answer: ${fault.message}`;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
