#include "requests/handler_state.h"

namespace tokend {

void HandlerState::note_use(const libtoken::TokenId& id) {
  if (uses.note(id)) return;
  flush_uses();
  (void)uses.note(id);
}

void HandlerState::flush_uses() {
  if (!uses.empty()) services.store_queue.note_uses(uses.take());
}

void HandlerState::idle() {
  (void)judges.read();
  services.denials.catch_up();
  services.unverified.catch_up();
}

}  // namespace tokend
