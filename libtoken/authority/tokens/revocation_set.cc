#include "authority/tokens/revocation_set.h"

#include <bit>
#include <cstring>

namespace libtoken::authority {

RevocationSet::RevocationSet(const std::vector<TokenId>& ids) {
  if (ids.empty()) return;
  slots_.resize(std::bit_ceil(ids.size() + ids.size() / 3 + 1));
  for (const TokenId& id : ids) {
    std::size_t at = first_slot(id);
    while (slots_[at] != TokenId{} && slots_[at] != id) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = id;
  }
}

// A token's id is a hash already, so its first bytes will do.
std::size_t RevocationSet::first_slot(const TokenId& id) const noexcept {
  std::uint64_t spread = 0;
  std::memcpy(&spread, id.bytes.data(), sizeof spread);
  return static_cast<std::size_t>(spread) & (slots_.size() - 1);
}

bool RevocationSet::contains(const TokenId& id) const noexcept {
  if (slots_.empty()) return false;
  for (std::size_t at = first_slot(id); slots_[at] != TokenId{}; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at] == id) return true;
  return false;
}

void RevocationSet::prefetch(const TokenId& id) const noexcept {
  if (!slots_.empty()) __builtin_prefetch(&slots_[first_slot(id)]);
}

}  // namespace libtoken::authority
