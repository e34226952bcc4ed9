#include <utility>

#include "authority/store/store.h"
#include "authority/store/store_state.h"

namespace libtoken::authority {

struct WriteBatch::State {
  explicit State(Store& of) : store(of), transaction(of.state().sql, of.state().writer_lock) {
    store.state().batch = &transaction;
  }
  ~State() { store.state().batch = nullptr; }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Store& store;
  Transaction transaction;
};

WriteBatch::WriteBatch(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
WriteBatch::WriteBatch(WriteBatch&&) noexcept = default;
WriteBatch::~WriteBatch() = default;

Result<WriteBatch> WriteBatch::begin(Store& store) {
  try {
    return WriteBatch(std::make_unique<State>(store));
  } catch (const std::exception&) {
    return tl::unexpected(current_store_error(store.path()));
  }
}

bool WriteBatch::is_whole() const noexcept { return !was_rolled_back(state_->store.state()); }

Result<void> WriteBatch::commit() {
  if (!is_whole()) return batch_has_failed(state_->store.state());
  try {
    state_->transaction.commit();
    return {};
  } catch (const std::exception&) {
    return tl::unexpected(current_store_error(state_->store.path()));
  }
}

}  // namespace libtoken::authority
