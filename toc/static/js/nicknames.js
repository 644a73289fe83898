// Nicknames beside the codes of participants: encrypted here, kept on this device alone, never sent.
//
// They lie in this browser's IndexedDB, one sealed parcel for each account and programme: AES-GCM, with a key that
// PBKDF2 makes of a passphrase (SHA-256, ROUNDS rounds, a salt of this device). The key of an opened parcel is kept
// for this tab only. This file fetches nothing and fills in no field that has a name, so that no form carries one.
"use strict";

(() => {
  const panel = document.querySelector("[data-nicknames]");
  if (!panel) {
    return;
  }

  const ROUNDS = 600000;
  const MOST_ROUNDS = 10000000;
  const SHORTEST = 12;
  const LONGEST = 60;
  const programme = panel.dataset.programme;
  const vault = `${panel.dataset.nicknames}/${programme}`;
  const tabKey = `nicknames/${vault}`;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();

  const part = (name) => panel.querySelector(`[data-nickname-part="${name}"]`);
  const field = (name) => document.getElementById(`nickname-${name}`);
  const say = (name) => {
    panel.querySelector("[data-nickname-said]").textContent = name ? panel.dataset[`say${name}`] : "";
  };
  const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  class Told extends Error {}

  // --- The parcel on this device -----------------------------------------------------------------------------------

  const open = () =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open("nicknames", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("vaults");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  const inStore = async (mode, act) => {
    const database = await open();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = database.transaction("vaults", mode);
        const request = act(transaction.objectStore("vaults"));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = () => reject(transaction.error);
        transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  };

  const stored = () => inStore("readonly", (store) => store.get(vault));
  const store = (parcel) => inStore("readwrite", (vaults) => vaults.put(parcel, vault));
  const wipe = () => inStore("readwrite", (vaults) => vaults.delete(vault));

  // --- Sealing -----------------------------------------------------------------------------------------------------

  const stretch = async (passphrase, salt, rounds) => {
    const words = await crypto.subtle.importKey(
      "raw",
      encoder.encode(passphrase.normalize("NFC")),
      "PBKDF2",
      false,
      ["deriveBits"],
    );
    return crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, words, 256);
  };

  const keyOf = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

  // The programme is sealed in: a parcel of another one does not open.
  const seal = async (raw, names) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv, additionalData: encoder.encode(programme) },
      await keyOf(raw),
      encoder.encode(JSON.stringify(names)),
    );
    return { iv: toText(iv), data: toText(data) };
  };

  const unseal = async (raw, parcel) => {
    const data = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: toBytes(parcel.iv), additionalData: encoder.encode(programme) },
      await keyOf(raw),
      toBytes(parcel.data),
    );
    return JSON.parse(decoder.decode(data));
  };

  // --- The key of this tab -----------------------------------------------------------------------------------------

  const heldKey = () => {
    const text = sessionStorage.getItem(tabKey);
    return text ? toBytes(text) : null;
  };
  const hold = (raw) => sessionStorage.setItem(tabKey, toText(raw));
  const letGo = () => {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith("nicknames/")) {
        sessionStorage.removeItem(name);
      }
    }
  };

  // Read, change and write as one, also when two tabs do it at once.
  const change = (act) => {
    const whole = async () => {
      const parcel = await stored();
      const raw = heldKey();
      const names = await unseal(raw, parcel);
      act(names);
      await store({ ...parcel, ...(await seal(raw, names)) });
      return names;
    };
    return navigator.locks ? navigator.locks.request(`nicknames/${vault}`, whole) : whole();
  };

  // --- What is seen ------------------------------------------------------------------------------------------------

  const showNames = (names) => {
    for (const place of document.querySelectorAll("[data-nickname-of]")) {
      place.textContent = names[place.dataset.nicknameOf] || "";
    }
    const text = field("text");
    if (text) {
      text.value = names[panel.dataset.participant] || "";
    }
    listNames(names);
  };

  const listNames = (names) => {
    const list = panel.querySelector("[data-nickname-list]");
    if (!list) {
      return;
    }
    const wanted = field("find").value.trim().toLocaleLowerCase();
    const found = Object.entries(names)
      .filter(([, name]) => name.toLocaleLowerCase().includes(wanted))
      .sort(([, one], [, other]) => one.localeCompare(other));
    list.replaceChildren(
      ...found.map(([id, name]) => {
        const link = document.createElement("a");
        link.href = `${panel.dataset.list}/${encodeURIComponent(id)}`;
        link.textContent = name;
        const item = document.createElement("li");
        item.append(link);
        return item;
      }),
    );
  };

  const show = async () => {
    const parcel = await stored();
    let names = null;
    if (parcel && heldKey()) {
      try {
        names = await unseal(heldKey(), parcel);
      } catch {
        letGo();
      }
    }
    if (names && panel.dataset.forget in names) {
      names = await change((kept) => delete kept[panel.dataset.forget]);
    }
    part("new").hidden = Boolean(parcel);
    part("locked").hidden = !parcel || Boolean(names);
    part("open").hidden = !names;
    part("out").hidden = !names;
    part("more").hidden = false;
    showNames(names || {});
    return names;
  };

  // --- What can be done --------------------------------------------------------------------------------------------

  const begin = async (passphrase, names) => {
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const raw = await stretch(passphrase, salt, ROUNDS);
    await store({ salt: toText(salt), rounds: ROUNDS, ...(await seal(raw, names)) });
    hold(raw);
  };

  const fromFile = async () => {
    const file = field("file").files[0];
    const passphrase = field("filepass").value;
    let read = null;
    try {
      read = JSON.parse(await file.text());
    } catch {
      throw new Told("File");
    }
    if (!read || read.kind !== "doelenboom-nicknames" || !(read.rounds >= ROUNDS && read.rounds <= MOST_ROUNDS)) {
      throw new Told("File");
    }
    if (read.programme !== programme) {
      throw new Told("Other");
    }
    try {
      return [passphrase, await unseal(await stretch(passphrase, toBytes(read.salt), read.rounds), read)];
    } catch {
      throw new Told("File");
    }
  };

  const doing = {
    async begin() {
      const [first, again] = [field("new").value, field("again").value];
      if (first.length < SHORTEST) {
        throw new Told("Short");
      }
      if (first !== again) {
        throw new Told("Differ");
      }
      await begin(first, {});
      return "Saved";
    },
    async open() {
      const parcel = await stored();
      const raw = await stretch(field("open").value, toBytes(parcel.salt), parcel.rounds);
      try {
        await unseal(raw, parcel);
      } catch {
        throw new Told("Wrong");
      }
      hold(raw);
      return "";
    },
    async save() {
      const text = field("text").value.trim().slice(0, LONGEST);
      await change((names) => {
        if (text) {
          names[panel.dataset.participant] = text;
        } else {
          delete names[panel.dataset.participant];
        }
      });
      return "Saved";
    },
    async lock() {
      letGo();
      return "";
    },
    async export() {
      const { salt, rounds, iv, data } = await stored();
      const file = { kind: "doelenboom-nicknames", version: 1, programme, salt, rounds, iv, data };
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
      link.download = "doelenboom-nicknames.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      return "";
    },
    async import() {
      const parcel = await stored();
      if (parcel && !heldKey()) {
        throw new Told("Wrong"); // open what is here first, so that it can be sealed anew
      }
      const [passphrase, names] = await fromFile();
      if (parcel) {
        await change((kept) => Object.assign(kept, names));
      } else {
        await begin(passphrase, names);
      }
      return "Taken";
    },
    async wipe() {
      if (!field("sure").checked) {
        field("sure").focus();
        return "";
      }
      await wipe();
      letGo();
      field("sure").checked = false;
      return "Wiped";
    },
  };

  const run = async (what) => {
    const buttons = panel.querySelectorAll("[data-nickname-do]");
    for (const button of buttons) {
      button.disabled = true;
    }
    let said = "Failed";
    try {
      said = await doing[what]();
      for (const secret of panel.querySelectorAll("input[type=password]")) {
        secret.value = "";
      }
      await show();
    } catch (error) {
      said = error instanceof Told ? error.message : "Failed";
    } finally {
      for (const button of buttons) {
        button.disabled = false;
      }
    }
    say(said);
  };

  if (!window.isSecureContext || !window.crypto?.subtle || !window.indexedDB) {
    part("unsafe").hidden = false;
    return;
  }

  for (const button of panel.querySelectorAll("[data-nickname-do]")) {
    button.addEventListener("click", () => run(button.dataset.nicknameDo));
  }
  const enter = { again: "begin", open: "open", text: "save", filepass: "import" };
  for (const [name, what] of Object.entries(enter)) {
    field(name)?.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        run(what);
      }
    });
  }
  field("find")?.addEventListener("input", async () => listNames(await unseal(heldKey(), await stored())));
  // Signing out hides them, for whoever sits here next.
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[action$='logout']")) {
      letGo();
    }
  });
  show().catch(() => say("Failed"));
})();
