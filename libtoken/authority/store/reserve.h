#pragma once

#include <string>

#include "authority/store/store.h"

// Space on the disk that is kept aside, so that tokens can be revoked when it is full: the file `<store>-reserve`.
namespace libtoken::authority {

enum class Reserve : std::uint8_t {
  kNone,     ///< nobody keeps space aside for this store
  kKept,     ///< it is there
  kReleased  ///< it was used, or could not be had: what is not a revocation must not take what is left
};
/// `store`: the store's file.
[[nodiscard]] Reserve reserve_of(const std::string& store) noexcept;

/// Whether what is no revocation may be written: if the space was released, it is taken again first.
[[nodiscard]] bool has_room_beside_reserve(const std::string& store) noexcept;

/// Gives the space back to the disk. False: there was none.
[[nodiscard]] bool release_reserve(const std::string& store) noexcept;

/// Runs a write that ends tokens, and if the disk is full runs it again in the space that was kept aside.
template <class Write>
auto write_even_if_full(Store& store, Write write) {
  auto written = write();
  if (!written && written.error().kind == ErrorKind::kStoreFull && release_reserve(store.path())) written = write();
  return written;
}

}  // namespace libtoken::authority
