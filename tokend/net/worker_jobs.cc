#include "api/service_errors.h"
#include "net/worker.h"

// Requests whose answers are worked out elsewhere, and their connections meanwhile.
namespace tokend {
namespace {

constexpr std::size_t kHeadRoom = 512;  // of an answer

}  // namespace

void Worker::start_batch(Connection& connection, const Request& request, bool close) {
  if (shared_.limits.is_full()) return refuse(connection, busy_response());
  Response not_now = handlers_.ready();
  auto job = not_now.status == 200 ? BatchJob::parse(request, shared_.limits) : tl::unexpected(std::move(not_now));
  if (!job) return reply(connection, request.method, std::move(job.error()), close);
  await(connection, *job, request.method, close);
  if ((*job)->slices() == 0) return finish(std::move(*job));
  shared_.batches.add(std::move(*job));
}

void Worker::start_management(Connection& connection, const Request& request, bool close) {
  if (shared_.limits.is_full()) return refuse(connection, busy_response());
  auto job = handlers_.open_job(request);
  if (!job) return reply(connection, request.method, std::move(job.error()), close);
  await(connection, *job, request.method, close);
  if (shared_.store_queue.submit(*job)) return;
  connection.job.reset();
  reply(connection, request.method, busy_response(), close);
}

/// The connection's next answer is the job's.
void Worker::await(Connection& connection, std::shared_ptr<Job> job, std::string_view method, bool close) {
  job->method = method;
  job->close = close;
  job->connection = &connection;
  job->done = [this](std::shared_ptr<Job> done) { finish(std::move(done)); };
  connection.job = std::move(job);
}

void Worker::reply(Connection& connection, std::string_view method, Response response, bool close) {
  exchange_.reply(method, std::move(response), close, connection.out);
  if (close) connection.phase = Connection::Phase::kClosing;
}

void Worker::on_job_done(Job& job) {
  if (job.connection == nullptr) return;
  Connection& connection = *job.connection;
  if (connection.out.empty()) connection.out.swap(spare_);
  Response response = job.response();
  connection.out.reserve(connection.out.size() + response.body.size() + kHeadRoom);
  reply(connection, job.method, std::move(response), job.close || draining_);
  job.release();
  connection.job.reset();
  wait_for(connection, Wait::kIdle);
  serve(connection, {});
  if (!connection.closed) receive(connection);
}

}  // namespace tokend
