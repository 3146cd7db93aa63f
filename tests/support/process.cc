// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace plumbline::testing {
namespace {

// Everything the child needs, made before fork(): between fork() and exec() only system calls are
// safe.
struct Plan {
  explicit Plan(const ProcessOptions& options) : strings(options.args), folder(options.folder) {
    for (char** entry = environ; *entry != nullptr; ++entry) {
      bool replaced = false;
      for (const auto& [key, value] : options.env) replaced |= absl::StartsWith(*entry, key + "=");
      if (!replaced) variables.emplace_back(*entry);
    }
    for (const auto& [key, value] : options.env) variables.push_back(absl::StrCat(key, "=", value));
    for (std::string& arg : strings) argv.push_back(arg.data());
    for (std::string& variable : variables) envp.push_back(variable.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);
    if (options.user.empty()) return;
    if (const passwd* entry = getpwnam(options.user.c_str()); entry != nullptr) {
      uid = entry->pw_uid;
      gid = entry->pw_gid;
    }
    change_user = true;
  }

  std::vector<std::string> strings, variables;
  std::vector<char*> argv, envp;
  std::string folder;
  bool change_user = false;
  uid_t uid = static_cast<uid_t>(-1);  // no such user: setresuid() fails
  gid_t gid = static_cast<gid_t>(-1);
};

[[noreturn]] void Fail(const char* what) {
  const char* why = strerrordesc_np(errno);
  for (const char* part : {"cannot start: ", what, ": ", why, "\n"}) {
    if (write(STDERR_FILENO, part, strlen(part)) < 0) break;
  }
  _exit(127);
}

[[noreturn]] void Become(const Plan& plan, int output) {
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  setpgid(0, 0);
  if (plan.change_user) {
    if (plan.uid == static_cast<uid_t>(-1)) errno = ENOENT, Fail("user");
    if (setgroups(0, nullptr) != 0 || setresgid(plan.gid, plan.gid, plan.gid) != 0 ||
        setresuid(plan.uid, plan.uid, plan.uid) != 0) {
      Fail("change of user");
    }
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // after the change of user, which clears it
  if (!plan.folder.empty() && chdir(plan.folder.c_str()) != 0) Fail("chdir");
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(plan.argv[0], plan.argv.data(), plan.envp.data());
  Fail(plan.argv[0]);
}

}  // namespace

std::unique_ptr<Process> Process::Start(ProcessOptions options) {
  std::unique_ptr<Process> process(new Process(std::move(options)));
  absl::MutexLock lock(&process->mutex_);
  process->mutex_.Await(absl::Condition(
      +[](Process* p) { return p->pid_ != 0; }, process.get()));
  return process;
}

Process::Process(ProcessOptions options)
    : thread_([this, options = std::move(options)] { Run(options); }) {}

Process::~Process() {
  Signal(SIGCONT);
  Signal(SIGKILL);
  thread_.join();
}

void Process::Run(const ProcessOptions& options) {
  const Plan plan(options);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) abort();
  const pid_t pid = fork();
  if (pid < 0) abort();
  if (pid == 0) Become(plan, ends[1]);
  setpgid(pid, pid);  // here too: whichever of the two comes first
  close(ends[1]);
  {
    absl::MutexLock lock(&mutex_);
    pid_ = pid;
  }
  char buffer[65536];
  while (true) {
    const ssize_t got = read(ends[0], buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    absl::MutexLock lock(&mutex_);
    output_.append(buffer, static_cast<size_t>(got));
  }
  close(ends[0]);
  Reap(pid);
}

void Process::Reap(pid_t pid) {
  // Learn of the end first and collect it under the mutex: Signal() must never hit a process id
  // that was given out again.
  siginfo_t info;
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  absl::MutexLock lock(&mutex_);
  int state = 0;
  while (waitpid(pid, &state, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
  ended_ = true;
}

pid_t Process::pid() const {
  absl::MutexLock lock(&mutex_);
  return pid_;
}

bool Process::running() const {
  absl::MutexLock lock(&mutex_);
  return !ended_;
}

std::string Process::Output() const {
  absl::MutexLock lock(&mutex_);
  return output_;
}

absl::StatusOr<std::string> Process::WaitForLine(absl::string_view text, absl::Duration patience,
                                                 size_t from) const {
  absl::MutexLock lock(&mutex_);
  size_t line = from;
  std::string found;
  const auto look = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    for (size_t end; (end = output_.find('\n', line)) != std::string::npos; line = end + 1) {
      if (!absl::StrContains(absl::string_view(output_).substr(line, end - line), text)) continue;
      found = output_.substr(line, end - line);
      return true;
    }
    return ended_;
  };
  const bool in_time = mutex_.AwaitWithTimeout(absl::Condition(&look), patience);
  if (!found.empty() || (in_time && text.empty())) return found;
  return absl::UnavailableError(absl::StrCat(in_time ? "the process ended" : "waited too long",
                                             " before it wrote a line with '", text,
                                             "'; its output: ", output_));
}

void Process::Signal(int signal) {
  absl::MutexLock lock(&mutex_);
  if (ended_ || pid_ <= 0) return;
  // Programs that it started hold its output open: what kills it must kill them too.
  kill(signal == SIGKILL ? -pid_ : pid_, signal);
}

void Process::Kill() {
  Signal(SIGKILL);
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&ended_));
}

absl::StatusOr<int> Process::Terminate(absl::Duration patience) {
  Signal(SIGTERM);
  return Wait(patience);
}

absl::StatusOr<int> Process::Wait(absl::Duration patience) const {
  absl::MutexLock lock(&mutex_);
  if (!mutex_.AwaitWithTimeout(absl::Condition(&ended_), patience)) {
    return absl::DeadlineExceededError(
        absl::StrCat("process ", pid_, " still runs; its output: ", output_));
  }
  return exit_code_;
}

}  // namespace plumbline::testing
