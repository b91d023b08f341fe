// One stream for all tabs of a browser: they share this worker. Holds what was told last, so that a tab that opens is
// shown it at once.
import { Stream } from "/assets/live.js";

const ports = new Set();
const stream = new Stream((message) => {
  for (const port of ports) port.postMessage(message);
});

self.addEventListener("connect", (event) => {
  const port = event.ports[0];
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data === "bye") {
      ports.delete(port);
      if (ports.size === 0) stream.close();
    } else if (data === "again") {
      stream.open(true);
    }
  };
  port.start();
  for (const message of stream.present()) port.postMessage(message);
  stream.open(false);
});
