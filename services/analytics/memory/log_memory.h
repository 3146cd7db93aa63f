// SPDX-License-Identifier: Apache-2.0
//
// Event logs in memory: loaded from blocks when they are asked for, kept current by the blocks that
// came since. Of large logs that are asked about as a whole, the figures of all answers are kept
// current too (report/live_figures.h), so that such an answer costs what came since and not what
// the log holds.
#ifndef PLUMBLINE_SERVICES_ANALYTICS_MEMORY_LOG_MEMORY_H_
#define PLUMBLINE_SERVICES_ANALYTICS_MEMORY_LOG_MEMORY_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/base/call_context.h"
#include "common/base/clock.h"
#include "services/analytics/live/live_question.h"
#include "services/analytics/log/event_log.h"
#include "services/analytics/memory/patient_mutex.h"
#include "services/analytics/mining/traces.h"
#include "services/analytics/mining/variants.h"
#include "services/analytics/report/live_figures.h"
#include "services/analytics/storage/block_reader.h"
#include "services/analytics/storage/store.h"

namespace plumbline::analytics {

// A log as it was at a watermark. Immutable; what is computed from it more than once is kept.
// Thread-safe.
class LogView {
 public:
  // `whole`: of a part of a log, that log.
  LogView(int64_t watermark, std::shared_ptr<const LogSnapshot> log,
          std::vector<std::string> map_transitions, std::shared_ptr<const LogView> whole = nullptr)
      : watermark_(watermark),
        log_(std::move(log)),
        map_transitions_(std::move(map_transitions)),
        whole_(std::move(whole)) {}

  int64_t watermark() const { return watermark_; }
  const std::shared_ptr<const LogSnapshot>& log() const { return log_; }
  const std::vector<std::string>& map_transitions() const { return map_transitions_; }
  // The log that this is a part of; itself where it is none.
  const LogView& whole() const { return whole_ == nullptr ? *this : *whole_; }
  // The events that count for map, variants and durations. O(rows) the first time.
  const Traces& traces() const;
  const Variants& variants() const;

 private:
  const Traces& LockedTraces() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int64_t watermark_;
  const std::shared_ptr<const LogSnapshot> log_;
  const std::vector<std::string> map_transitions_;
  const std::shared_ptr<const LogView> whole_;
  mutable absl::Mutex mutex_;
  mutable std::optional<Traces> traces_ ABSL_GUARDED_BY(mutex_);
  mutable std::optional<Variants> variants_ ABSL_GUARDED_BY(mutex_);
};

// From so many events on the figures of a log are kept: an answer from fewer takes some 15 ms.
inline constexpr int64_t kLiveFromEvents = 100'000;

// A question about all of a log whose sums may be kept; see live/live_question.h.
struct LiveAsk {
  std::string question;  // tells it apart from all others about the log
  std::function<std::unique_ptr<LiveSums>(const std::vector<std::string>& map_transitions)> make;
  // With the sums that `make` makes.
  absl::FunctionRef<absl::Status(LiveSums& sums, const LiveWhole& whole, int64_t watermark)> answer;
  // What is left to do without the sums: then nobody waits for it who asks about the log, or writes
  // to it. Of whoever calls AskKept; empty: nothing.
  std::function<absl::Status()> finish = {};
};

// Thread-safe.
class LogMemory {
 public:
  // Holds about `capacity_bytes` of logs and what is computed from them; logs not used for longest
  // leave first. `wanted` is called with the name of a log, by who asks, when figures of it are
  // asked for that are not kept yet: FollowOnce makes them. `store` and `clock` must outlive it.
  LogMemory(
      Store& store, const base::Clock& clock, int64_t capacity_bytes,
      int64_t live_from_events = kLiveFromEvents,
      std::function<void(absl::string_view log)> wanted = [](absl::string_view) {})
      : store_(store),
        clock_(clock),
        capacity_bytes_(capacity_bytes),
        live_from_events_(live_from_events),
        wanted_(std::move(wanted)) {}

  // The log of `record` at its last_block or later. Costs what came since the last call; calls for
  // one log wait for each other, until their deadlines. FIELD_INVALID for a log that alone takes
  // more than the capacity; errors of the store, DEADLINE_EXCEEDED, CANCELLED.
  absl::StatusOr<std::shared_ptr<const LogView>> Load(const base::CallContext& context,
                                                      absl::string_view workspace,
                                                      const LogRecord& record);

  // Answers from figures that are kept: calls `answer` with those of the log at its last_block or
  // later, and that watermark. False where there are none: then Load the log. Whoever asks so makes
  // them worth keeping. Costs what came since the last call. Errors of Load and of `answer`.
  using LiveAnswer = absl::FunctionRef<absl::Status(LiveFigures& figures, int64_t watermark)>;
  absl::StatusOr<bool> AskLive(const base::CallContext& context, absl::string_view workspace,
                               const LogRecord& record, LiveAnswer answer);

  // The same from sums that are kept for one question: from when it was asked at two states of the
  // log on, as long as it is asked every ten minutes, for sixteen of a log at a time.
  absl::StatusOr<bool> AskKept(const base::CallContext& context, absl::string_view workspace,
                               const LogRecord& record, const LiveAsk& ask);

  // One round of keeping figures: of each log that was asked so in the last ten minutes, makes
  // those that are missing and takes in the blocks that came. With `only`, of logs of these names.
  // Returns how many logs there are to follow. The first error; the others are followed all the
  // same.
  absl::StatusOr<int64_t> FollowOnce(const base::CallContext& context,
                                     const absl::flat_hash_set<std::string>* only = nullptr);

  // Notes which logs were asked so, for the next process; each every five minutes. What fails is
  // noted later: it only costs time after a restart.
  void NoteAsked(const base::CallContext& context);

  // Takes logs that were asked so before this process began, and not long ago, as asked now, so
  // that the next FollowOnce makes their figures. Those asked last first, as long as they fit.
  absl::Status Remember(const base::CallContext& context);

  int64_t memory_bytes() const;
  int64_t capacity_bytes() const { return capacity_bytes_; }

  // Lets the log under `uid` go: its events are no longer what they were.
  void Forget(const std::string& uid);

 private:
  // A question that was asked, and its sums where they are kept.
  struct KeptQuestion {
    decltype(LiveAsk::make) make;
    std::unique_ptr<LiveQuestion> question;
    absl::Time asked = absl::InfinitePast();
    int64_t first_watermark = 0;  // of the log when it was asked first
    bool wanted = false;          // it was asked at another as well
    int64_t too_many_from = 0;    // nothing is gained by it at so many events; 0 = not known

    void GiveUp(int64_t events) {
      question = nullptr;
      wanted = false;
      too_many_from = events;
    }
  };
  // Figures that are kept of a log.
  struct LiveEntry {
    std::map<std::string, KeptQuestion> questions;
    int64_t question_bytes = 0;

    std::unique_ptr<LiveFigures> figures;
    size_t rows = 0;   // of the builder's pending ones, that are in them
    size_t names = 0;  // of activities, that they know
    int64_t bytes = 0;
    std::string workspace, log;  // whose they are, once asked for
    absl::Time asked = absl::InfinitePast();
    absl::Time noted = absl::InfinitePast();  // when that was noted in the store
    int64_t too_many_from = 0;  // they took too much memory at so many events; 0 = never

    LogKey key() const { return {workspace, log.substr(log.rfind('/') + 1)}; }
    void Update(EventLogBuilder& builder);
    void Drop();
    bool KeepsQuestions() const { return KeptCount() > 0; }
    size_t KeptCount() const;
    // Takes what came, at most `step` rows of it, into the questions that are more than `behind`
    // rows behind; those that cannot take it, or are more than `most` behind, are made anew in the
    // next round. Whether some are still behind.
    bool UpdateQuestions(EventLogBuilder& builder, size_t behind, size_t most,
                         size_t step = std::numeric_limits<size_t>::max());
    void SumUpQuestions();  // their bytes
    // Their sums go, but not that they were asked.
    void DropQuestions();
  };
  struct Entry {
    PatientMutex mutex;
    std::unique_ptr<EventLogBuilder> builder ABSL_GUARDED_BY(mutex) =
        std::make_unique<EventLogBuilder>();
    int64_t watermark ABSL_GUARDED_BY(mutex) = 0;
    std::shared_ptr<const LogView> view ABSL_GUARDED_BY(mutex);
    // The blocks that were read: their last numbers, and how many events there are up to them.
    std::vector<std::pair<int64_t, int64_t>> read ABSL_GUARDED_BY(mutex);
    // How often the builder began anew: its snapshots and numbers since then belong together.
    int64_t beginnings ABSL_GUARDED_BY(mutex) = 0;
    LiveEntry live ABSL_GUARDED_BY(mutex);
    // Snapshots that figures are being made from, and their bytes.
    std::vector<std::pair<std::weak_ptr<const LogSnapshot>, int64_t>> made_from
        ABSL_GUARDED_BY(mutex);
    // The log is known to be too large from this watermark on. Logs only grow.
    int64_t too_large_at ABSL_GUARDED_BY(mutex) = std::numeric_limits<int64_t>::max();
    // Of LogMemory::mutex_.
    int64_t bytes = 0;
    int64_t last_use = 0;
  };

  absl::Status CatchUp(const base::CallContext& context, absl::string_view workspace,
                       const LogRecord& record, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Reads at most `limit` blocks. False if there are no more: the log is deleted while it is read.
  absl::StatusOr<bool> ReadSome(const base::CallContext& context, absl::string_view workspace,
                                const LogRecord& record, int limit, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Takes a block in, or the part of it that is new; false if that is not known.
  static bool TakeIn(ReadBlock block, Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Takes in blocks that come in their order. False: the log begins anew, read from there. Errors
  // of Refuse.
  absl::StatusOr<bool> TakeAll(std::vector<ReadBlock> blocks, const LogRecord& record, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  void BeginAnew(Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Makes a snapshot of all that was read.
  void Fold(const LogRecord& record, Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  int64_t BytesOf(const LogRecord& record, Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Of snapshots that only the making of figures holds.
  static int64_t BytesBeside(Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Makes a snapshot beside the one that figures are being made from; false if both do not fit.
  bool FoldBeside(const LogRecord& record, Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);

  // Figures are made where they were asked for since then.
  absl::Status Follow(const base::CallContext& context, absl::Time since, const std::string& uid,
                      const std::shared_ptr<Entry>& entry);
  // The entries of logs of these names, or of all.
  std::vector<std::pair<std::string, std::shared_ptr<Entry>>> Entries(
      const absl::flat_hash_set<std::string>* only) const;
  absl::Status MakeLive(const base::CallContext& context, const LogRecord& record,
                        const std::shared_ptr<Entry>& entry);
  // Notes that a question is asked, and whether its sums are wanted.
  KeptQuestion& Note(absl::string_view workspace, const LogRecord& record, const LiveAsk& ask,
                     LiveEntry& live);
  // How many rows of a log of so many events a question may be behind, where who asks waits until
  // it has taken them in, before its sums are made anew: that costs what some six of all rows do.
  static size_t MostBehind(int64_t events);
  // Takes the blocks that came into what is kept of a log, a few at a time, so that who asks
  // meanwhile waits for few of them.
  absl::Status TakeInBlocks(const base::CallContext& context, const LogRecord& record,
                            const std::shared_ptr<Entry>& entry);
  // The log that an entry is of; none where it is gone, or another has its name.
  absl::StatusOr<std::optional<LogRecord>> RecordOf(const base::CallContext& context,
                                                    const std::string& uid,
                                                    const std::shared_ptr<Entry>& entry);
  // For who makes figures of a log: whether the call goes on; now and then it takes what came into
  // those that are kept already, so that they do not fall behind. Its first error is in `ended`.
  // All must outlive it.
  std::function<absl::Status()> Meanwhile(const base::CallContext& context, const std::string& uid,
                                          const std::shared_ptr<Entry>& entry, absl::Status* ended);
  // Makes the sums of questions that are wanted.
  absl::Status MakeQuestions(const base::CallContext& context, const LogRecord& record,
                             const std::shared_ptr<Entry>& entry);
  // Makes those of one from a snapshot of the log since it began anew so many times. What is kept
  // already does not fall behind meanwhile.
  absl::Status MakeQuestion(const base::CallContext& context, const LogRecord& record,
                            const std::shared_ptr<Entry>& entry, const std::string& name,
                            std::unique_ptr<LiveSums> sums, const LiveSnapshot& snapshot,
                            int64_t beginnings);
  static std::vector<std::string> TransitionsOf(const LogRecord& record);
  static LiveSnapshot SnapshotOf(const LogRecord& record, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Lets questions go that take too much memory, those first that were asked least lately.
  void BoundQuestions(const LogRecord& record, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // What the last snapshot is, for figures.
  static LiveSource SourceOf(const LogRecord& record, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Whether all that the log holds is in a snapshot but for so many rows.
  static bool NearlyFolded(const Entry& entry, size_t rows)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Takes figures over that were made from the last snapshot, with so many names of activities.
  void KeepLive(const LogRecord& record, std::unique_ptr<LiveFigures> figures, size_t names,
                Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Lets figures go that take too much memory.
  void BoundLive(const LogRecord& record, Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // Lets an entry go that turned out to be too large; returns the error.
  absl::Status Refuse(const LogRecord& record, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  // The entry of the log; one that had its name before goes, with what was taken out of it.
  std::shared_ptr<Entry> EntryOf(const LogRecord& record);
  void LockedForget(const std::string& uid) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Notes the size of an entry, and lets others go until all fit.
  void Account(const std::string& uid, int64_t bytes);

  Store& store_;
  const base::Clock& clock_;
  const int64_t capacity_bytes_, live_from_events_;
  const std::function<void(absl::string_view log)> wanted_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<Entry>> entries_ ABSL_GUARDED_BY(mutex_);
  // The uid that a log had when it was last asked for, by its name, of the logs in entries_.
  absl::flat_hash_map<std::string, std::string> uids_ ABSL_GUARDED_BY(mutex_);
  int64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_MEMORY_LOG_MEMORY_H_
