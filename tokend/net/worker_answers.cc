#include "net/worker.h"

// Responses, those that other threads work out among them.
namespace tokend {
namespace {

constexpr std::size_t kOutFlush = 64 * 1024;
constexpr std::size_t kHeadRoom = 512;  // bytes of a response's head, about

}  // namespace

/// False: no further request of this connection is answered for now.
bool Worker::answer(Connection& connection, const Framer::Look& look, bool more_follow) {
  Request request;
  request.method = look.head.method;
  request.target = look.head.target;
  request.authorization = look.head.authorization;
  request.body = look.body;
  request.peer = connection.peer;
  if (limits_.is_full() && handler_->starts_job(request)) {
    refuse(connection, busy_response());
    return false;
  }
  const bool close = !look.head.keep_alive || (draining_ && !more_follow);
  RequestHandler::Answer answer = handler_->answer(request);
  if (auto* job = std::get_if<std::shared_ptr<Job>>(&answer)) {
    if (start(connection, std::move(*job), request.method, close)) return false;
    reply(connection, request.method, busy_response(), close);
  } else {
    reply(connection, request.method, std::get<Response>(answer), close);
  }
  if (close) return false;
  if (connection.out.size() < kOutFlush) return true;
  // Many responses at once: the client must take them before more is worked out for it.
  return connection.send_some() == Connection::Io::kDone;
}

/// The connection's next response is the job's. False: the job cannot be started.
bool Worker::start(Connection& connection, std::shared_ptr<Job> job, std::string_view method, bool close) {
  job->method = method;
  job->close = close;
  job->connection = &connection;
  job->done = [this](std::shared_ptr<Job> done) { finish(std::move(done)); };
  connection.job = std::move(job);
  if (connection.job->start()) return true;
  connection.job.reset();
  return false;
}

void Worker::reply(Connection& connection, std::string_view method, const Response& response, bool close) {
  append_response(response, method, close, connection.out);
  if (close) connection.phase = Connection::Phase::kClosing;
}

void Worker::on_job_done(Job& job) {
  if (job.connection == nullptr) return;
  Connection& connection = *job.connection;
  if (connection.out.empty()) connection.out.swap(spare_);
  const Response response = job.response();
  connection.out.reserve(connection.out.size() + response.body.size() + kHeadRoom);
  reply(connection, job.method, response, job.close || draining_);
  job.release();
  connection.job.reset();
  wait_for(connection, Wait::kIdle);
  serve(connection, {});
  if (!connection.closed) receive(connection);
}

}  // namespace tokend
