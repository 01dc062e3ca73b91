#include <ballast/publisher/post.hpp>

#include <algorithm>

namespace ballast::publisher {
namespace {

client::Options options() {
    client::Options options;
    options.connect_timeout = std::chrono::milliseconds{2'000};
    options.call_timeout = std::chrono::milliseconds{5'000};
    return options;
}

// Nobody answered, or nobody could now: the same report may be good later.
bool passing(const client::Failure& failure) {
    return failure.code == client::failure_code::connection ||
           failure.code == client::failure_code::timeout || failure.code == rpc::error_code::busy ||
           failure.code == rpc::error_code::limit;
}

std::string reason_of(const client::Failure& failure) {
    if (failure.data.is_object() && failure.data.contains("name") &&
        failure.data["name"].is_string())
        return failure.data["name"];
    return failure.message;
}

}  // namespace

Post::Post(std::string url) : url_(std::move(url)), thread_([this] { work(); }) {}

Post::~Post() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Post::send(client::Json report) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() == queue_max) {
            queue_.pop_front();
            ++counters_.overrun;
        }
        queue_.push_back(std::move(report));
    }
    changed_.notify_all();
}

bool Post::drain(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return queue_.empty() && !busy_; });
}

PostCounters Post::counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
}

void Post::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return ending_ || !queue_.empty(); });
        if (ending_) return;
        client::Json report = std::move(queue_.front());
        queue_.pop_front();
        busy_ = true;
        lock.unlock();
        const bool done = deliver(report);
        lock.lock();
        if (!done) {
            ++counters_.retries;
            if (queue_.size() < queue_max)
                queue_.push_front(std::move(report));
            else
                ++counters_.overrun;
            changed_.wait_for(lock, wait_, [&] { return ending_; });
            wait_ = std::min(2 * wait_, wait_most);
        }
        busy_ = false;
        changed_.notify_all();
    }
}

// Whether the report has had its answer.
bool Post::deliver(const client::Json& report) {
    if (!client_) {
        auto client = client::Client::connect(url_, options());
        if (!client) return false;
        client_ = std::move(*client);
    }
    const client::Answer answer = client_->call("report.submit", {{"report", report}});
    if (!answer && passing(answer.error())) return false;
    wait_ = wait_first;
    const std::lock_guard lock(mutex_);
    if (answer) {
        ++counters_.taken;
    } else {
        ++counters_.refused;
        ++counters_.reasons[reason_of(answer.error())];
    }
    return true;
}

}  // namespace ballast::publisher
