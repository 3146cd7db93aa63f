// SPDX-License-Identifier: Apache-2.0
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/http/client.h"

namespace plumbline::http {
namespace {

constexpr absl::Duration kPostWait = absl::Minutes(5);

// Once for the process: libcurl's own state, before any other use of it.
void InitialiseCurl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(once);
}

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// A request that is under way; libcurl's callbacks get it.
struct Transfer {
  uint64_t id = 0;
  const ClientOptions* options = nullptr;
  Request request;
  std::string body;      // of the answer
  size_t read = 0;       // bytes of it
  bool refused = false;  // an address was not allowed
  bool enough = false;   // the body is longer than we read
  std::unique_ptr<curl_slist, FreeList> headers;
  std::unique_ptr<CURL, FreeEasy> easy;
};

std::optional<Address> AddressOf(const curl_sockaddr& target) {
  if (target.family == AF_INET) {
    sockaddr_in four;
    std::memcpy(&four, &target.addr, sizeof(four));
    Address address;
    address.bytes[10] = address.bytes[11] = 0xff;
    std::memcpy(&address.bytes[12], &four.sin_addr, 4);
    return address;
  }
  if (target.family != AF_INET6) return std::nullopt;
  // The field is declared as the smaller sockaddr; libcurl keeps room for the larger behind it.
  Address address;
  std::memcpy(address.bytes.data(),
              reinterpret_cast<const char*>(&target.addr) + offsetof(sockaddr_in6, sin6_addr),
              address.bytes.size());
  return address;
}

// The name was resolved, and this is where the connection goes: the last moment to refuse it.
curl_socket_t OpenSocket(void* data, curlsocktype, curl_sockaddr* target) {
  auto& transfer = *static_cast<Transfer*>(data);
  const std::optional<Address> address = AddressOf(*target);
  if (!address.has_value() || !transfer.options->destinations.Allow(*address)) {
    transfer.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

size_t TakeBody(char* bytes, size_t size, size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  const size_t length = size * count;
  transfer.read += length;
  const size_t room =
      transfer.options->kept_bytes - std::min(transfer.options->kept_bytes, transfer.body.size());
  transfer.body.append(bytes, std::min(room, length));
  transfer.enough = transfer.read > transfer.options->read_bytes;
  return transfer.enough ? 0 : length;  // fewer than it got: the transfer ends here
}

std::string InWords(CURLcode code, const Transfer& transfer) {
  if (transfer.refused) {
    return "the address is loopback, private or special, and the service's configuration does not "
           "allow it (webhooks.allowed_networks)";
  }
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "the host name is not known";
    case CURLE_COULDNT_CONNECT:
      return "the connection was refused";
    case CURLE_OPERATION_TIMEDOUT:
      return "there was no answer in time";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "the certificate is not trusted";
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS could not be agreed on";
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return "the connection was closed without an answer";
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return "the answer is not HTTP";
    default:
      return absl::StrCat("it failed: ", curl_easy_strerror(code));
  }
}

void SetLimits(CURL* easy, const ClientOptions& options) {
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(options.timeout)));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(options.connecting)));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // The machine's proxy would connect for us, past the check of addresses.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  // A name server that does not answer holds up its own request only, not the thread that drops it.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
}

void SetRequest(Transfer& transfer) {
  CURL* const easy = transfer.easy.get();
  const Request& request = transfer.request;
  curl_slist* list = nullptr;
  for (const auto& [key, value] : request.headers)
    list = curl_slist_append(list, absl::StrCat(key, ": ", value).c_str());
  // Not to wait for "100 Continue".
  list = curl_slist_append(list, "Expect:");
  transfer.headers.reset(list);
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, transfer.options->user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &OpenSocket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &TakeBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
}

Answer AnswerOf(CURLcode code, Transfer& transfer) {
  Answer answer;
  CURL* const easy = transfer.easy.get();
  curl_off_t micros = 0;
  curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &micros);
  answer.latency = absl::Microseconds(micros);
  // An answer whose body is longer than we read is an answer all the same.
  if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && transfer.enough)) {
    answer.error = InWords(code, transfer);
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  answer.body = std::move(transfer.body);
  // A header that is there and says 0 s, or a time that is over, is as good as none.
  curl_off_t seconds = 0;
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
  if (seconds > 0) answer.retry_after = absl::Seconds(seconds);
  return answer;
}

class CurlClient final : public Client {
 public:
  explicit CurlClient(const ClientOptions& options) : options_(options) {
    InitialiseCurl();
    multi_.reset(curl_multi_init());
  }
  ~CurlClient() override {
    for (auto& [easy, transfer] : transfers_) curl_multi_remove_handle(multi_.get(), easy);
  }

  void Start(uint64_t id, const Request& request) override {
    auto transfer = std::make_unique<Transfer>();
    transfer->id = id;
    transfer->options = &options_;
    transfer->request = request;
    transfer->easy.reset(curl_easy_init());
    SetLimits(transfer->easy.get(), options_);
    SetRequest(*transfer);
    curl_multi_add_handle(multi_.get(), transfer->easy.get());
    CURL* const easy = transfer->easy.get();
    transfers_[easy] = std::move(transfer);
  }

  std::vector<Finished> Wait(absl::Duration timeout) override {
    std::vector<Finished> finished = Collect();
    if (finished.empty()) {
      curl_multi_poll(multi_.get(), nullptr, 0,
                      static_cast<int>(absl::ToInt64Milliseconds(timeout)), nullptr);
      finished = Collect();
    }
    return finished;
  }

  size_t size() const override { return transfers_.size(); }
  void Wake() override { curl_multi_wakeup(multi_.get()); }

 private:
  std::vector<Finished> Collect() {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    std::vector<Finished> finished;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      const CURLcode code = message->data.result;
      Transfer& transfer = *transfers_[easy];
      finished.push_back({transfer.id, AnswerOf(code, transfer)});
      curl_multi_remove_handle(multi_.get(), easy);
      transfers_.erase(easy);
    }
    return finished;
  }

  const ClientOptions options_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
};

}  // namespace

std::unique_ptr<Client> NewCurlClient(const ClientOptions& options) {
  return std::make_unique<CurlClient>(options);
}

Answer Post(Client& client, const Request& request) {
  client.Start(0, request);
  while (client.size() > 0) {
    for (Finished& finished : client.Wait(kPostWait)) return std::move(finished.answer);
  }
  return {};
}

}  // namespace plumbline::http
