// SPDX-License-Identifier: Apache-2.0
#include "common/sql/database.h"

#include <utility>

#include "common/base/status_macros.h"

namespace plumbline::sql {

// Where a question costs no journey.
absl::Status Database::WriteAfter(const base::CallContext& context, const Opening& opening,
                                  OpenedBody body) {
  return Write(context, [&](Transaction& tx) -> absl::Status {
    for (const std::string& lock : opening.locks) RETURN_IF_ERROR(tx.PostLock(lock));
    Answers answers;
    answers.reserve(opening.questions.size());
    for (const Question& question : opening.questions) {
      ASSIGN_OR_RETURN(Rows rows, tx.Query(question.sql, absl::MakeConstSpan(question.params)));
      answers.push_back(std::move(rows));
    }
    return body(tx, answers);
  });
}

}  // namespace plumbline::sql
