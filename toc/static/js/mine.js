// Behind a personal link: an answer is kept while it is typed, spoken answers are recorded, and a page is read
// aloud. Every page works without this file: buttons keep what was typed, and a sound file can be chosen.
"use strict";

(() => {
  const { keep, post, token } = window.tocKeeping || {};

  // --- An answer that is kept while it is typed: keeping.js ---------------------------------------------------

  const keepAnswer = (form) => {
    const kept = keep({
      field: form.elements.answer,
      revision: form.elements.revision,
      status: form.querySelector("[data-status]"),
      conflict: form.querySelector("[data-conflict]"),
      kept: form.elements.kept || null,
      name: form.dataset.keep,
      address: form.dataset.draft,
      known: form.elements.answer.defaultValue,
      renew: null,
    });
    let passing = false;

    // A button first keeps what was typed; without a connection the reader stays here and loses nothing.
    form.addEventListener("submit", async (event) => {
      if (passing) {
        return;
      }
      event.preventDefault();
      const button = event.submitter;
      const how = await kept.save(true);
      if (how === "lost" || (how === "conflict" && kept.isAsking())) {
        return;
      }
      passing = true;
      form.requestSubmit(button);
    });
    window.addEventListener("pageshow", () => {
      passing = false;
    });
  };

  for (const form of document.querySelectorAll("form[data-keep]")) {
    keepAnswer(form);
  }

  // --- A spoken answer ----------------------------------------------------------------------------------------

  const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

  const recordVoice = (box) => {
    const part = (name) => box.querySelector(`[data-${name}]`);
    const status = part("status");
    const buttons = { start: part("start"), stop: part("stop"), keep: part("keep-sound"), again: part("again") };
    const preview = part("preview");
    const longest = Number(box.dataset.seconds);
    let recorder = null;
    let stream = null;
    let pieces = [];
    let sound = null;
    let ticking = 0;

    const say = (word, kind = "") => {
      status.textContent = word ? status.dataset[word] : "";
      status.dataset.kind = kind;
    };
    const show = (...names) => {
      for (const [name, button] of Object.entries(buttons)) {
        button.hidden = !names.includes(name);
      }
    };
    const clock = (seconds) => {
      part("clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    };
    const release = () => {
      window.clearInterval(ticking);
      if (stream) {
        for (const track of stream.getTracks()) {
          track.stop();
        }
      }
      stream = null;
    };

    const start = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      } catch {
        say("denied", "problem");
        for (const other of document.querySelectorAll("[data-without-recorder]")) {
          other.hidden = false;
        }
        return;
      }
      pieces = [];
      preview.hidden = true;
      const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
      recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: Number(box.dataset.bits) });
      recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
      recorder.addEventListener("stop", () => {
        release();
        sound = new Blob(pieces, { type: recorder.mimeType });
        preview.src = URL.createObjectURL(sound);
        preview.hidden = false;
        say("ready");
        show("keep", "again");
        buttons.keep.focus();
      });
      let seconds = 0;
      clock(0);
      recorder.start(1000);
      say("recording", "recording");
      show("stop");
      buttons.stop.focus();
      ticking = window.setInterval(() => {
        seconds += 1;
        clock(seconds);
        if (seconds >= longest || pieces.reduce((sum, piece) => sum + piece.size, 0) >= Number(box.dataset.most) * 0.97) {
          recorder.stop();
        }
      }, 1000);
    };

    const keep = async () => {
      const body = new FormData();
      body.set("csrf_token", token());
      body.set("sound", sound, "answer");
      say("sending");
      buttons.keep.disabled = true;
      try {
        const answer = await post(box.dataset.action, body);
        if (answer.ok) {
          window.removeEventListener("beforeunload", warn);
          window.location.assign(box.dataset.after);
          return;
        }
        say(answer.status >= 500 ? "lost" : "refused", "problem");
      } catch {
        say("lost", "problem");
      }
      buttons.keep.disabled = false;
    };

    const warn = (event) => {
      if (sound || (recorder && recorder.state === "recording")) {
        event.preventDefault();
      }
    };

    buttons.start.addEventListener("click", start);
    buttons.again.addEventListener("click", () => {
      sound = null;
      start();
    });
    buttons.stop.addEventListener("click", () => recorder.stop());
    buttons.keep.addEventListener("click", keep);
    window.addEventListener("beforeunload", warn);
    box.hidden = false;
    for (const other of document.querySelectorAll("[data-without-recorder]")) {
      other.hidden = true;
    }
  };

  const canRecord =
    window.MediaRecorder &&
    navigator.mediaDevices &&
    navigator.mediaDevices.getUserMedia &&
    KINDS.some((one) => MediaRecorder.isTypeSupported(one));
  for (const box of canRecord ? document.querySelectorAll("[data-record]") : []) {
    recordVoice(box);
  }

  // --- Reading aloud ------------------------------------------------------------------------------------------

  // Only with a voice of the device itself: others send what they read to a server.
  const readAloud = (place) => {
    const button = place.querySelector("button");
    const begin = button.textContent;
    const language = document.documentElement.lang;
    const voice = () =>
      window.speechSynthesis.getVoices().find((one) => one.localService && one.lang.toLowerCase().startsWith(language));
    const words = () => {
      const copy = document.getElementById(place.dataset.aloud).cloneNode(true);
      for (const silent of copy.querySelectorAll("[data-silent], .visually-hidden, form, svg")) {
        silent.remove();
      }
      const parts = copy.querySelectorAll("h1, h2, h3, p, li, dt, dd");
      return parts.length ? [...parts].map((one) => one.textContent.trim()) : [copy.textContent.trim()];
    };
    const stop = () => {
      window.speechSynthesis.cancel();
      button.textContent = begin;
      button.setAttribute("aria-pressed", "false");
    };
    const read = () => {
      const parts = words().filter(Boolean);
      button.textContent = button.dataset.stop;
      button.setAttribute("aria-pressed", "true");
      parts.forEach((text, at) => {
        const speech = new SpeechSynthesisUtterance(text);
        speech.voice = voice();
        speech.lang = speech.voice.lang;
        speech.rate = 0.95;
        if (at === parts.length - 1) {
          speech.addEventListener("end", stop);
        }
        window.speechSynthesis.speak(speech);
      });
    };
    const look = () => {
      place.hidden = !voice();
    };
    button.addEventListener("click", () => (button.getAttribute("aria-pressed") === "true" ? stop() : read()));
    window.speechSynthesis.addEventListener("voiceschanged", look);
    window.addEventListener("pagehide", stop);
    look();
  };

  for (const place of window.speechSynthesis ? document.querySelectorAll("[data-aloud]") : []) {
    readAloud(place);
  }
})();
