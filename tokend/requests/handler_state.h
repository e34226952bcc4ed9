#pragma once

#include <cstdint>
#include <functional>

#include "libtoken/verifier.h"
#include "net/limits.h"
#include "operations/rate_limited_log.h"
#include "state/current_judge.h"
#include "state/store_queue.h"
#include "state/use_table.h"

namespace tokend {

/// What all threads that answer requests share. Everything outlives them.
struct ApiServices {
  const CurrentJudge& judges;
  std::function<std::int64_t()> clock;  ///< seconds since 1970
  Limits& limits;
  StoreQueue& store_queue;
  RateLimitedLog& denials;     ///< for decisions that refuse
  RateLimitedLog& unverified;  ///< for management requests whose tokens do not verify
};

/// What one thread that answers requests keeps between them: a worker, or a thread of the batch pool.
struct HandlerState {
  explicit HandlerState(const ApiServices& shared) : services(shared), judges(shared.judges) {}

  /// Records that this token was used.
  void note_use(const libtoken::TokenId& id);
  /// Tells the store queue which tokens were used since this was last called. Throws if there is no memory.
  void flush_uses();
  /// To be called now and then while there is nothing to answer, so that a judge that was replaced is released.
  void idle();

  const ApiServices& services;
  JudgeReader judges;
  libtoken::VerifierScratch scratch;
  UseTable uses;
};

}  // namespace tokend
