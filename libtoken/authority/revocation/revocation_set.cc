#include "authority/revocation/revocation_set.h"

#include <bit>

namespace libtoken::authority {

RevocationSet::Table::Table(const std::vector<TokenId>& ids) {
  if (ids.empty()) return;
  const std::size_t count = std::bit_ceil(ids.size() + ids.size() / 3 + 1);
  const std::shared_ptr<TokenId[]> slots(new TokenId[count]());
  mask_ = count - 1;
  for (const TokenId& id : ids) {
    std::size_t at = first_slot(id);
    while (slots[at] != TokenId{} && slots[at] != id) at = (at + 1) & mask_;
    slots[at] = id;
  }
  slots_ = slots.get();
  shared_ = slots;
}

std::size_t RevocationSet::Table::first_slot(const TokenId& id) const noexcept { return TokenIdHash{}(id)&mask_; }

bool RevocationSet::Table::contains(const TokenId& id) const noexcept {
  if (slots_ == nullptr) return false;
  for (std::size_t at = first_slot(id); slots_[at] != TokenId{}; at = (at + 1) & mask_)
    if (slots_[at] == id) return true;
  return false;
}

void RevocationSet::Table::append_to(std::vector<TokenId>& ids) const {
  for (std::size_t at = 0; !empty() && at <= mask_; ++at)
    if (slots_[at] != TokenId{}) ids.push_back(slots_[at]);
}

RevocationSet::RevocationSet(const std::vector<TokenId>& ids) : large_(ids) {}

RevocationSet RevocationSet::with(const std::vector<TokenId>& more) const {
  if (more.empty()) return *this;
  std::vector<TokenId> ids(more);
  small_.append_to(ids);
  RevocationSet set;
  if (ids.size() <= kMostInSmall) {
    set.large_ = large_;
    set.small_ = Table(ids);
  } else {
    large_.append_to(ids);
    set.large_ = Table(ids);
  }
  return set;
}

}  // namespace libtoken::authority
