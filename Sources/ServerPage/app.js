"use strict";

// What a model, a program or a server says reaches the page through textContent only.

const $ = (id) => document.getElementById(id);

/** An element with its class and text. */
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Kana tell Japanese from Chinese, so that its letters get their Japanese forms. */
function setTongue(target, text) {
  if (/[\u3041-\u30ff]/.test(text)) target.lang = "ja";
}

/** JSON whose numbers stay as they are written, where the browser can. */
function parseJSON(text) {
  return JSON.parse(text, (key, value, context) =>
    typeof value === "number" && context?.source && JSON.rawJSON && String(value) !== context.source
      ? JSON.rawJSON(context.source) : value);
}

const asText = (value) => typeof value === "string" ? value : JSON.stringify(value, null, 2);
const isBlank = (text) => text.trim() === "";

// Server-sent events

/** Takes text cut anywhere, and hands on the data of each event. */
class EventParser {
  #rest = "";
  #data = [];
  #skipsLF = false;

  constructor(take) { this.take = take; }

  push(text) {
    this.#rest += text;
    let start = 0;
    if (this.#skipsLF && this.#rest) {
      if (this.#rest[0] === "\n") start = 1;
      this.#skipsLF = false;
    }
    const ends = /\r\n|\n|\r/g;
    ends.lastIndex = start;
    for (let end; (end = ends.exec(this.#rest));) {
      this.#line(this.#rest.slice(start, end.index));
      start = ends.lastIndex;
      // The other half of a CR LF may come with the next piece.
      this.#skipsLF = end[0] === "\r" && start === this.#rest.length;
    }
    this.#rest = this.#rest.slice(start);
  }

  #line(line) {
    if (line === "") {
      if (this.#data.length) this.take(this.#data.join("\n"));
      this.#data = [];
    } else if (line === "data" || line.startsWith("data:")) {
      this.#data.push(line.slice(5).replace(/^ /, ""));
    }
  }
}

// The form

/** The schema behind a reference, without what says that a value may be missing. */
function resolved(schema, root) {
  for (let depth = 0; depth < 8; depth++) {
    const name = typeof schema.$ref === "string" && schema.$ref.replace("#/$defs/", "");
    const others = (schema.anyOf ?? []).filter((choice) => choice.type !== "null");
    if (name && root.$defs?.[name]) schema = { ...root.$defs[name], ...schema, $ref: undefined };
    else if (others.length === 1) schema = { ...others[0], ...schema, anyOf: undefined };
    else break;
  }
  return schema;
}

/** A value of a schema, to show how one is written. */
function sample(schema, root, depth = 0) {
  schema = resolved(schema, root);
  if (schema.enum) return schema.enum[0];
  if ("const" in schema) return schema.const;
  if (depth > 3) return "…";
  switch (schema.type) {
    case "array": return [sample(schema.prefixItems?.[0] ?? schema.items ?? {}, root, depth + 1)];
    case "object":
      return Object.fromEntries(Object.entries(schema.properties ?? { "…": {} }).map(
        ([name, inner]) => [name, sample(inner, root, depth + 1)]));
    case "integer": case "number": return 1;
    case "boolean": return true;
    default: return "…";
  }
}

/** The control of one input, with its label, its description and the place of its fault. */
class Control {
  constructor(name, schema, root, isNeeded, number) {
    this.name = name;
    this.isNeeded = isNeeded;
    const shape = resolved(schema, root);
    const [kind, type] = Control.#kind(shape);
    this.kind = kind;
    this.choices = [];
    this.input = this.#make(shape, root);
    this.input.name = name;
    this.input.id = `input-${number}`;
    if (isNeeded && kind !== "bool") this.input.setAttribute("aria-required", "true");
    this.row = element("div", "row");
    const label = element("label", "", kind === "bool" ? "" : name);
    label.htmlFor = this.input.id;
    if (kind === "bool") label.append(this.input, name);
    label.append(element("span", "type", [type, isNeeded ? "" : "optional"].filter(Boolean).map((word) => ` · ${word}`).join("")));
    const hint = element("div", "hint", schema.description ?? shape.description ?? "");
    setTongue(hint, hint.textContent);
    hint.id = `hint-${number}`;
    this.fault = element("div", "fault");
    this.fault.id = `fault-${number}`;
    this.input.setAttribute("aria-describedby", `${hint.id} ${this.fault.id}`);
    this.row.append(label, hint);
    if (kind !== "bool") this.row.append(this.input);
    this.row.append(this.fault);
    this.input.addEventListener("input", () => this.complain(""));
  }

  static #kind(schema) {
    if (schema.enum || "const" in schema) return ["choice", ""];
    switch (schema.type) {
      case "string": return ["text", schema.format ?? ""];
      case "integer": return ["number", "whole number"];
      case "number": return ["number", "number"];
      case "boolean": return ["bool", ""];
      // Of an untyped input, whatever is written is its text.
      case undefined: return schema.anyOf || schema.oneOf ? ["json", "JSON"] : ["text", ""];
      default: return ["json", "JSON"];
    }
  }

  #make(schema, root) {
    if (this.kind === "choice") {
      const select = element("select");
      this.choices = schema.enum ?? [schema.const];
      if (!this.isNeeded) {
        this.choices = [undefined, ...this.choices];
      }
      for (const choice of this.choices) {
        const option = element("option", "", choice === undefined ? "–" : typeof choice === "string" ? choice : JSON.stringify(choice));
        option.value = choice === undefined ? "" : option.textContent;
        select.append(option);
      }
      return select;
    }
    if (this.kind === "number" || this.kind === "bool") {
      const input = element("input");
      input.type = this.kind === "bool" ? "checkbox" : "number";
      if (this.kind === "number") {
        input.step = schema.type === "integer" ? "1" : "any";
        input.inputMode = schema.type === "integer" ? "numeric" : "decimal";
      }
      // Neither yes nor no until somebody says so.
      input.indeterminate = this.kind === "bool" && !this.isNeeded;
      return input;
    }
    const area = element("textarea", this.kind === "json" ? "json" : "");
    area.rows = this.kind === "json" ? 2 : 3;
    if (this.kind === "json") {
      area.placeholder = JSON.stringify(sample(schema, root));
      area.spellcheck = false;
    }
    return area;
  }

  /** The value as JSON text, null where there is none; throws what is wrong with it. */
  value() {
    const { input } = this;
    if (this.kind === "bool") return input.indeterminate ? null : String(input.checked);
    if (this.kind === "choice") {
      const choice = this.choices[input.selectedIndex];
      return choice === undefined ? null : JSON.stringify(choice);
    }
    if (input.validity.badInput) throw new Error("This is not a number.");
    const text = input.value;
    if (text === "" || this.kind !== "text" && isBlank(text)) return null;
    if (this.kind === "text") return JSON.stringify(text);
    // Written as it stands, a long number loses no digit.
    if (this.kind === "number") return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? text : JSON.stringify(text);
    try { JSON.parse(text); } catch (error) { throw new Error(`This is not JSON: ${error.message}`); }
    return text;
  }

  complain(text) {
    this.fault.textContent = text;
    if (text) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }
}

// Panes

/** What one branch gives. */
class Pane {
  #fields = new Map();
  #steps = new Map();
  #follows = true;

  constructor(branch, title, names, hasBranches) {
    this.branch = branch;
    this.names = names;
    this.root = element("section", "pane");
    this.root.dataset.branch = branch;
    const heading = element("h2", "", title);
    heading.id = `pane-${branch}`;
    setTongue(heading, title);
    this.root.setAttribute("aria-labelledby", heading.id);
    this.meta = element("span", "meta");
    this.copy = element("button", "copy", "Copy");
    this.copy.type = "button";
    this.copy.setAttribute("aria-label", `Copy ${title}`);
    this.copy.addEventListener("click", () => this.#copyText());
    const head = element("div", "head");
    head.append(heading, this.meta, this.copy);
    this.body = element("div", "body");
    this.body.setAttribute("role", "group");
    this.body.setAttribute("aria-labelledby", heading.id);
    this.body.addEventListener("scroll", () => {
      this.#follows = this.body.scrollHeight - this.body.scrollTop - this.body.clientHeight < 24;
    }, { passive: true });
    this.showsNames = !hasBranches || names.length > 1;
    this.error = element("p", "error");
    this.error.setAttribute("role", "alert");
    this.root.append(head, this.body, this.error);
    this.clear();
  }

  get state() { return this.root.dataset.state; }

  /** Whether more may come. */
  get isOpen() { return this.state === "waiting" || this.state === "streaming"; }

  clear() {
    this.#fields.clear();
    this.#steps.clear();
    this.#follows = true;
    this.body.replaceChildren();
    this.error.textContent = "";
    for (const name of this.names) this.#field(name);
    this.steps = element("details", "steps");
    this.steps.hidden = true;
    this.steps.append(element("summary", "", "Steps"));
    this.body.append(this.steps);
    this.began = this.ended = undefined;
    this.tokens = 0;
    this.root.dataset.state = "waiting";
    this.tell();
  }

  begin(now) {
    this.clear();
    this.began = now;
    this.#setBusy(true);
    this.tell();
  }

  end(state, error = "") {
    this.root.dataset.state = state;
    this.ended ??= performance.now();
    this.#setBusy(false);
    if (error) this.error.textContent = error;
    setTongue(this.error, error);
    this.tell();
  }

  #setBusy(isBusy) {
    for (const field of this.#fields.values()) field.text.setAttribute("aria-busy", String(isBusy));
  }

  #field(name) {
    let field = this.#fields.get(name);
    if (field) return field;
    const box = element("div", "field");
    box.dataset.field = name;
    if (this.showsNames) box.append(element("h3", "name", name));
    const text = element("div", "text");
    text.setAttribute("aria-live", "polite");
    text.setAttribute("aria-label", name);
    text.setAttribute("role", "group");
    box.append(text);
    if (this.steps?.parentNode) this.steps.before(box); else this.body.append(box);
    field = { text, source: undefined, known: new Set(), hasEnded: false };
    this.#fields.set(name, field);
    return field;
  }

  /** Where the text of a call goes; nothing where a later call has taken its place. */
  #place(part) {
    const source = `${part.predict_name}\u0000${part.call}`;
    const name = part.signature_field_name;
    if (!this.names.includes(name)) return this.#step(`${source}\u0000${name}`, part);
    const field = this.#field(name);
    if (field.source !== source) {
      if (field.known.has(source)) return undefined;
      field.known.add(source);
      field.source = source;
      field.text.textContent = "";
      field.hasEnded = false;
    }
    return field;
  }

  /** The text of a step that is no output of the program. */
  #step(key, part) {
    let step = this.#steps.get(key);
    if (!step) {
      const box = element("div", "step");
      step = { text: element("div") };
      const call = part.call > 1 ? ` (${part.call})` : "";
      box.append(element("h3", "", `${part.predict_name} · ${part.signature_field_name}${call}`), step.text);
      this.steps.append(box);
      this.steps.hidden = false;
      this.#steps.set(key, step);
    }
    return step;
  }

  add(part) {
    const place = this.#place(part);
    if (!place) return;
    if (this.isOpen || this.state === "done") this.root.dataset.state = "streaming";
    const chunk = String(part.chunk ?? "");
    if (place.text.firstChild) place.text.firstChild.appendData(chunk);
    else place.text.append(chunk);
    setTongue(place.text, chunk);
    if (part.is_last_chunk) place.hasEnded = true;
    const isWhole = this.names.length > 0 && this.names.every((name) => this.#fields.get(name).hasEnded);
    if (this.state === "streaming") {
      if (isWhole) this.end("done");
      else if (this.ended) { this.ended = undefined; this.#setBusy(true); }
    }
    this.follow();
  }

  reset(part) {
    const place = this.#place(part);
    if (!place) return;
    place.text.textContent = "";
    place.hasEnded = false;
    if (this.state === "done") {
      this.root.dataset.state = "streaming";
      this.ended = undefined;
    }
  }

  /** The values of the prediction. */
  settle(values) {
    for (const [name, value] of Object.entries(values ?? {})) {
      const { text } = this.#field(name);
      const final = asText(value);
      // What is there already is not read out, and not unmarked, a second time.
      if (text.textContent !== final) text.textContent = final;
      setTongue(text, final);
    }
    if (this.isOpen) this.end("done"); else this.tell();
    this.follow();
  }

  get shown() {
    const texts = [...this.#fields].map(([name, field]) => [name, field.text.textContent]).filter(([, text]) => text);
    return texts.length > 1 ? texts.map(([name, text]) => `${name}:\n${text}`).join("\n\n") : texts[0]?.[1] ?? "";
  }

  /** What a call has cost, told when it ends. */
  count({ completion_tokens: tokens }) {
    this.tokens += Number(tokens) || 0;
    this.tell();
  }

  /** Seconds and characters; tokens too, once they are known. */
  tell() {
    let count = 0;
    for (const field of this.#fields.values()) for (const _ of field.text.textContent) count += 1;
    this.copy.disabled = count === 0;
    if (this.began === undefined) { this.meta.textContent = ""; return; }
    const seconds = ((this.ended ?? performance.now()) - this.began) / 1000;
    const parts = [this.state, `${seconds.toFixed(1)} s`];
    if (count) parts.push(`${count} characters`);
    if (this.tokens) parts.push(`${this.tokens} tokens`);
    const [made, unit] = this.tokens ? [this.tokens, "tokens/s"] : [count, "characters/s"];
    if (made && seconds >= 0.5) parts.push(`${Math.round(made / seconds)} ${unit}`);
    this.meta.textContent = parts.join(" · ");
  }

  /** Keeps the end of the text in sight, unless the reader has gone elsewhere. */
  follow() {
    if (this.willFollow) return;
    this.willFollow = true;
    requestAnimationFrame(() => {
      this.willFollow = false;
      const { body } = this;
      const overflows = body.scrollHeight > body.clientHeight + 1;
      // What scrolls can be reached with the keyboard.
      if (overflows) body.tabIndex = 0; else body.removeAttribute("tabindex");
      if (overflows && this.#follows && this.state === "streaming") body.scrollTop = body.scrollHeight;
    });
  }

  async #copyText() {
    try {
      await navigator.clipboard.writeText(this.shown);
    } catch {
      // Without https there is no clipboard but this one.
      const area = element("textarea");
      area.value = this.shown;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      this.copy.focus();
    }
    this.copy.textContent = "Copied";
    setTimeout(() => { this.copy.textContent = "Copy"; }, 1500);
  }
}

// The page

let programs = [];
let program;
let controls = [];
let panes = [];
let run;

function setStatus(state, text) {
  $("status").dataset.state = state;
  $("status").textContent = text;
  setTongue($("status"), text);
}

/** The token, which is known to this tab only. */
const token = {
  get value() { try { return sessionStorage.getItem("token") ?? ""; } catch { return this.own ?? ""; } },
  set value(text) {
    this.own = text;
    try { if (text) sessionStorage.setItem("token", text); else sessionStorage.removeItem("token"); } catch { /* kept here */ }
  },
  get headers() { return this.value ? { Authorization: `Bearer ${this.value}` } : {}; },
};

function askForToken() {
  const wasGiven = token.value !== "";
  token.value = "";
  $("access").hidden = $("token").hidden = false;
  if (wasGiven) setStatus("error", "The server does not take this token.");
  else setStatus("idle", "The server asks for a token.");
  $("token").focus();
}

async function load() {
  let response;
  try {
    response = await fetch("programs", { headers: token.headers, cache: "no-store" });
    if (response.status === 401) return askForToken();
    if (!response.ok) throw new Error(await reason(response));
    programs = (await response.json()).programs;
  } catch (error) {
    return setStatus("error", `The programs could not be read: ${error.message}`);
  }
  $("access").hidden = $("token").hidden = true;
  $("token").value = "";
  setStatus("idle", "");
  $("program").replaceChildren(...programs.map(({ name }) => element("option", "", name)));
  $("programs").hidden = $("program").hidden = programs.length < 2;
  chooseByAddress();
}

function chooseByAddress() {
  let asked = new URLSearchParams(location.search).get("program");
  if (location.hash.length > 1) try { asked = decodeURIComponent(location.hash.slice(1)); } catch { /* no name */ }
  const found = programs.find(({ name }) => name === asked) ?? programs[0];
  if (found) choose(found);
}

function choose(chosen) {
  if (program === chosen) return;
  run?.stop();
  program = chosen;
  $("program").value = program.name;
  document.title = $("title").textContent = program.name;
  $("about").textContent = program.description ?? "";
  $("about").hidden = !program.description;
  setTongue($("about"), $("about").textContent);
  const schema = program.inputs ?? {};
  const needed = schema.required ?? [];
  controls = Object.entries(schema.properties ?? {}).map(
    ([name, inner], number) => new Control(name, inner, schema, needed.includes(name), number));
  $("controls").replaceChildren(...controls.map((control) => control.row));
  const outputs = program.outputs ?? {};
  const branches = program.branches ?? [];
  const names = (inner) => Object.keys(resolved(inner ?? {}, outputs).properties ?? {});
  panes = branches.length
    ? branches.map((name) => new Pane(name, program.titles?.[name] ?? name, names(outputs.properties?.[name]), true))
    : [new Pane("result", "result", names(outputs), false)];
  $("panes").replaceChildren(...panes.map((pane) => pane.root));
  $("raw").hidden = $("prompt").hidden = true;
  $("run").disabled = false;
  setStatus("idle", "");
}

/** What a refused request says. */
async function reason(response) {
  let detail = "";
  try {
    const body = await response.json();
    detail = typeof body.detail === "string" ? body.detail + (body.code ? ` (${body.code})` : "") : JSON.stringify(body);
  } catch { /* no JSON */ }
  const wait = response.headers.get("Retry-After");
  return (detail || `${response.status} ${response.statusText}`.trim()) + (wait ? ` Try again in ${wait} s.` : "");
}

/** The body of the request; undefined where an input cannot be read. */
function requestBody() {
  const members = [];
  let faulty;
  for (const control of controls) {
    control.complain("");
    try {
      const value = control.value();
      if (value !== null) members.push(`${JSON.stringify(control.name)}:${value}`);
    } catch (error) {
      control.complain(error.message);
      faulty ??= control;
    }
  }
  if (faulty) {
    faulty.input.focus();
    setStatus("error", "An input cannot be read.");
    return undefined;
  }
  const inputs = `{${members.join(",")}}`;
  return controls.some(({ name }) => name === "inputs") ? inputs : `{"inputs":${inputs}}`;
}

/** Puts each fault beside its control, and what belongs to none into the status. */
function showFaults(faults) {
  const rest = [];
  let first;
  for (const { loc = [], msg = "" } of faults) {
    const path = loc.slice(1);
    if (path.length > 1 && path[0] === "inputs" && !controls.some(({ name }) => name === "inputs")) path.shift();
    const control = controls.find(({ name }) => name === path[0]);
    if (!control) { rest.push([path.join("."), msg].filter(Boolean).join(": ")); continue; }
    const inner = path.slice(1).join(".");
    control.complain([control.fault.textContent, inner ? `${inner}: ${msg}` : msg].filter(Boolean).join("; "));
    first ??= control;
  }
  first?.input.focus();
  setStatus("error", ["The inputs do not fit.", ...rest].join(" "));
}

/** The messages of all calls; what only the run can know stands in them as {name}. */
function promptText(calls) {
  return calls.map(({ node, model, messages }) => [
    `${node} · ${model}`,
    ...messages.map(({ role, content }) => `[${role}]\n${asText(content)}`),
  ].join("\n\n")).join("\n\n\n");
}

/** One run, from the request to its end. */
class Run {
  #controller = new AbortController();
  #lines = [];
  #shown = 0;
  #gotPrediction = false;
  #failures = 0;
  #isDone = false;

  constructor(body) {
    this.body = body;
    this.began = performance.now();
  }

  stop() { this.#controller.abort(); if (run === this) this.#end("stopped"); }

  async start() {
    for (const pane of panes) pane.begin(this.began);
    setStatus("running", "Running");
    const hadFocus = document.activeElement === $("run");
    $("stop").disabled = false;
    $("run").disabled = true;
    if (hadFocus) $("stop").focus();
    this.path = `${encodeURIComponent(program.name)}/predict/stream?usage=true`;
    this.#note(this.body);
    $("raw").hidden = $("prompt").hidden = false;
    $("raw").querySelector("pre").textContent = "";
    $("prompt").querySelector("pre").textContent = "";
    if ($("prompt").open) this.showPrompt();
    this.timer = setInterval(() => this.#tick(), 250);
    try {
      const response = await fetch(this.path, {
        method: "POST", body: this.body, signal: this.#controller.signal, cache: "no-store",
        headers: { ...token.headers, "Content-Type": "application/json", Accept: "text/event-stream" },
      });
      if (!response.ok) return await this.#refused(response);
      await this.#read(response.body);
      this.#finish();
    } catch (error) {
      if (run === this) this.#end("error", `The connection broke: ${error.message}`);
    }
  }

  async #read(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = new EventParser((data) => { if (run === this) this.#take(data); });
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.push(decoder.decode(value, { stream: true }));
    }
  }

  async #refused(response) {
    const copy = response.clone();
    const text = await copy.text();
    if (run !== this) return;
    this.#note(text);
    let faults;
    if (response.status === 422) try { faults = JSON.parse(text).detail; } catch { /* told below */ }
    if (Array.isArray(faults)) {
      for (const pane of panes) pane.clear();
      this.#end("error");
      return showFaults(faults);
    }
    if (response.status === 401) {
      for (const pane of panes) pane.clear();
      this.#end("error");
      return askForToken();
    }
    const message = await reason(response);
    if (run === this) this.#end("error", message);
  }

  /** The pane of a node: what stands before its first dot is the branch. */
  #pane(node) {
    if (!program.branches?.length) return panes[0];
    const branch = String(node ?? "").split(".")[0];
    return panes.find((pane) => pane.branch === branch);
  }

  #take(data) {
    this.#note(data);
    if (data === "[DONE]") {
      this.#isDone = true;
      return this.#finish();
    }
    let event;
    try { event = parseJSON(data); } catch { return; }
    if (event.response) this.#pane(event.response.predict_name)?.add(event.response);
    else if (event.usage) this.#pane(event.usage.predict_name)?.count(event.usage);
    else if (event.reset) this.#pane(event.reset.predict_name)?.reset(event.reset);
    else if (event.status) setStatus("running", `Running: ${event.status.message}`);
    else if (event.error) this.#failed(event.error);
    else if (event.prediction) {
      this.#gotPrediction = true;
      for (const pane of panes) {
        pane.settle(program.branches?.length ? event.prediction[pane.branch] : event.prediction);
      }
    }
  }

  #failed({ message, code, predict_name: node }) {
    this.#failures += 1;
    const text = (message || "It failed.") + (code ? ` (${code})` : "");
    const pane = node === undefined ? undefined : this.#pane(node);
    for (const failed of pane ? [pane] : panes.filter((other) => other.isOpen)) failed.end("error", text);
    if (!pane) this.message = text;
  }

  #finish() {
    if (run !== this) return;
    if (!this.#isDone && !this.#gotPrediction) return this.#end("error", "The answer ended before its end.");
    if (!this.#failures) return this.#end("done");
    const failed = panes.filter((pane) => pane.state === "error").length;
    for (const pane of panes) if (pane.isOpen) pane.end("done");
    this.#end("error", undefined, this.message ?? (panes.length > 1 ? `${failed} of ${panes.length} failed.` : "It failed."));
  }

  #end(state, error, text) {
    run = undefined;
    clearInterval(this.timer);
    const seconds = `${((performance.now() - this.began) / 1000).toFixed(1)} s`;
    if (state === "error") {
      if (error) for (const pane of panes) if (pane.isOpen) pane.end("error", error);
      setStatus("error", text ?? error ?? "");
    } else {
      for (const pane of panes) if (pane.isOpen) pane.end(state);
      setStatus(state, state === "done" ? `Done in ${seconds}` : `Stopped after ${seconds}`);
    }
    this.#showLines();
    const hadFocus = document.activeElement === $("stop");
    $("run").disabled = false;
    if (hadFocus) $("run").focus();
    $("stop").disabled = true;
    shownRun = this;
  }

  #note(line) { this.#lines.push(line); }

  #tick() {
    for (const pane of panes) if (pane.isOpen) pane.tell();
    this.#showLines();
  }

  #showLines() {
    if (!$("raw").open || this.#shown === this.#lines.length) return;
    $("raw").querySelector("pre").append(this.#lines.slice(this.#shown).join("\n") + "\n");
    this.#shown = this.#lines.length;
  }

  showLines() { this.#showLines(); }

  /** The messages that the run began with; the server writes them when they are asked for. */
  async showPrompt() {
    const place = $("prompt").querySelector("pre");
    if (place.textContent) return;
    let text;
    try {
      const response = await fetch(this.path.replace(/stream\?.*$/, "prompt"), {
        method: "POST", body: this.body, cache: "no-store",
        headers: { ...token.headers, "Content-Type": "application/json" },
      });
      text = response.ok ? promptText((await response.json()).calls) : await reason(response);
    } catch (error) {
      text = `The prompt could not be read: ${error.message}`;
    }
    if (shownRun === this) place.textContent = text;
  }
}

/** The run whose events are one click away. */
let shownRun;

$("inputs").addEventListener("submit", (event) => {
  event.preventDefault();
  if (run || !program) return;
  const body = requestBody();
  if (body === undefined) return;
  run = shownRun = new Run(body);
  run.start();
});
$("inputs").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  if (!run && program) $("inputs").requestSubmit();
});
$("stop").addEventListener("click", () => run?.stop());
// A page that is kept for the way back would keep its stream.
addEventListener("pagehide", () => run?.stop());
addEventListener("hashchange", chooseByAddress);
$("program").addEventListener("change", () => {
  history.replaceState(null, "", `${location.pathname}#${encodeURIComponent($("program").value)}`);
  choose(programs[$("program").selectedIndex]);
});
$("raw").addEventListener("toggle", () => shownRun?.showLines());
$("prompt").addEventListener("toggle", () => { if ($("prompt").open) shownRun?.showPrompt(); });

function giveToken() {
  const given = $("token").value.trim();
  if (!given || given === token.value) return;
  token.value = given;
  load();
}
$("access").addEventListener("submit", (event) => { event.preventDefault(); giveToken(); });
$("token").addEventListener("change", giveToken);

load();
