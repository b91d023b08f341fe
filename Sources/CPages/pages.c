// The files of the web pages, taken into the program as they are when it is built: Swift has no #embed. A page more is a
// file in `files`, a line in each of the two lists here, and a row in Sources/Web/Pages/PageFile.swift.
#include "pages.h"
#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char app_css[] = {
#embed "files/app.css"
};
static const unsigned char page_js[] = {
#embed "files/page.js"
};
static const unsigned char live_js[] = {
#embed "files/live.js"
};
static const unsigned char live_worker_js[] = {
#embed "files/live-worker.js"
};
static const unsigned char desk_html[] = {
#embed "files/desk.html"
};
static const unsigned char desk_js[] = {
#embed "files/desk.js"
};
static const unsigned char desk_words_js[] = {
#embed "files/desk-words.js"
};
static const unsigned char board_html[] = {
#embed "files/board.html"
};
static const unsigned char transfer_html[] = {
#embed "files/transfer.html"
};
static const unsigned char transfer_js[] = {
#embed "files/transfer.js"
};
static const unsigned char figures_js[] = {
#embed "files/figures.js"
};
static const unsigned char timeline_js[] = {
#embed "files/timeline.js"
};
static const unsigned char playground_html[] = {
#embed "files/playground.html"
};
static const unsigned char playground_js[] = {
#embed "files/playground.js"
};
static const unsigned char callbacks_js[] = {
#embed "files/callbacks.js"
};
static const unsigned char board_js[] = {
#embed "files/board.js"
};

static const struct {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} files[] = {
    {"app.css", app_css, sizeof app_css},
    {"page.js", page_js, sizeof page_js},
    {"live.js", live_js, sizeof live_js},
    {"live-worker.js", live_worker_js, sizeof live_worker_js},
    {"desk.html", desk_html, sizeof desk_html},
    {"desk.js", desk_js, sizeof desk_js},
    {"desk-words.js", desk_words_js, sizeof desk_words_js},
    {"board.html", board_html, sizeof board_html},
    {"transfer.html", transfer_html, sizeof transfer_html},
    {"transfer.js", transfer_js, sizeof transfer_js},
    {"board.js", board_js, sizeof board_js},
    {"callbacks.js", callbacks_js, sizeof callbacks_js},
    {"figures.js", figures_js, sizeof figures_js},
    {"timeline.js", timeline_js, sizeof timeline_js},
    {"playground.html", playground_html, sizeof playground_html},
    {"playground.js", playground_js, sizeof playground_js},
};

const unsigned char *page_file(const char *name, size_t *count) {
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    if (strcmp(files[i].name, name) == 0) {
      *count = files[i].count;
      return files[i].bytes;
    }
  }
  return NULL;
}
