#include "core/batch_plan.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "core/digest.h"
#include "core/job_fields.h"
#include "core/jobs_file.h"
#include "core/manifest.h"
#include "core/output_names.h"
#include "core/same_room.h"
#include "core/sidecar.h"
#include "core/text_encoding.h"

namespace stage {
namespace {

namespace fs = std::filesystem;

/// A photo on its way to becoming a job.
struct Candidate {
  InputPhoto photo;
  const JobRow* row = nullptr;
  StagingJob job;
  fs::path relative = {};  ///< wished place below the output folder
  std::string tag = {};    ///< tells rows of one photo apart
  std::optional<UnplannedPhoto> failure = {};
};

fs::path Normal(const fs::path& path) {
  fs::path normal = fs::absolute(path).lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

bool IsBelow(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

fs::path CommonFolder(const fs::path& a, const fs::path& b) {
  fs::path common;
  for (auto i = a.begin(), j = b.begin();
       i != a.end() && j != b.end() && *i == *j;
       ++i, ++j) {
    common /= *i;
  }
  return common;
}

/// Makes the plan step by step; each step fills further fields of candidates.
class Planner {
 public:
  explicit Planner(const BatchRequest& request) : request_(request) {
    if (!request.jobs_file.empty()) {
      rows_ = ReadJobsFile(request.jobs_file);
      jobs_folder_ = Normal(request.jobs_file).parent_path();
    }
  }

  BatchPlan Plan() {
    FindCandidates();
    for (Candidate& candidate : candidates_) Describe(candidate);
    DropMasksAndFurniture();
    AssignNames();
    HashAll();
    return Collect();
  }

 private:
  fs::path OutputFolderOf(const fs::path& root) const {
    return request_.output.empty() ? root / "staged" : Normal(request_.output);
  }

  std::vector<fs::path> NeverInputs() const {
    std::vector<fs::path> never = request_.inputs.never_inputs;
    if (!request_.output.empty()) never.push_back(request_.output);
    for (const fs::path& path : request_.inputs.paths) {
      if (request_.output.empty()) never.push_back(path / "staged");
    }
    const StagingJob& job = request_.common;
    std::vector<fs::path> aids = job.generate.furniture;
    aids.insert(aids.end(),
                {job.generate.mask, job.edit.mask, job.declutter.mask});
    for (const fs::path& aid : aids) {
      if (!aid.empty() && !IsRoot(aid)) never.push_back(aid);
    }
    return never;
  }

  bool IsRoot(const fs::path& path) const {
    return std::any_of(request_.inputs.paths.begin(),
                       request_.inputs.paths.end(),
                       [&](const fs::path& root) {
                         std::error_code failure;
                         return fs::equivalent(root, path, failure);
                       });
  }

  void FindCandidates() {
    InputSelection selection = request_.inputs;
    selection.never_inputs = NeverInputs();
    std::vector<InputPhoto> photos = FindPhotos(selection);
    SetRelativePlaces(photos);
    std::map<fs::path, std::vector<const JobRow*>> rows_of;
    for (const JobRow& row : rows_) rows_of[row.photo].push_back(&row);
    std::set<fs::path> used;
    for (InputPhoto& photo : photos) {
      const auto rows = rows_of.find(photo.path);
      if (rows == rows_of.end()) {
        AddCandidate(photo, nullptr, OutputFolderOf(photo.root));
        continue;
      }
      for (const JobRow* row : rows->second) {
        AddCandidate(photo, row, OutputFolderOf(photo.root));
      }
      used.insert(photo.path);
    }
    for (const JobRow& row : rows_) {
      if (!used.contains(row.photo)) AddRow(row);
    }
    if (candidates_.empty() && rows_.empty()) {
      throw Error(ErrorKind::kUsage,
                  "no photos to work on: name photos or folders, or check "
                  "--include and --exclude");
    }
  }

  void AddRow(const JobRow& row) {
    const bool below = IsBelow(row.photo, jobs_folder_);
    const fs::path root = below ? jobs_folder_ : row.photo.parent_path();
    const InputPhoto photo{
        row.photo, root, row.photo.lexically_relative(root), true};
    AddCandidate(photo, &row, OutputFolderOf(jobs_folder_));
    std::error_code failure;
    if (!fs::is_regular_file(row.photo, failure)) {
      Fail(candidates_.back(),
           Error(ErrorKind::kInput,
                 row.where + ": " + Utf8Path(row.photo) + ": no such file"));
    }
  }

  void AddCandidate(const InputPhoto& photo,
                    const JobRow* row,
                    const fs::path& output_folder) {
    Candidate candidate{.photo = photo, .row = row, .job = request_.common};
    candidate.relative = photo.relative;
    candidate.job.input = photo.path;
    candidate.job.output_folder = output_folder;
    candidates_.push_back(std::move(candidate));
  }

  /// Several folders into one: what tells them apart becomes sub-folders.
  void SetRelativePlaces(std::vector<InputPhoto>& photos) const {
    if (request_.output.empty()) return;
    std::set<fs::path> roots;
    for (const InputPhoto& photo : photos) {
      if (!photo.named) roots.insert(photo.root);
    }
    if (roots.size() < 2) return;
    fs::path common = *roots.begin();
    for (const fs::path& root : roots) common = CommonFolder(common, root);
    for (InputPhoto& photo : photos) {
      if (!photo.named) photo.relative = photo.path.lexically_relative(common);
    }
  }

  static void Fail(Candidate& candidate, const Error& error) {
    candidate.failure =
        UnplannedPhoto{candidate.photo.path, error.kind(), error.what()};
  }

  /// Sets what the photo's row, sidecar and name say.
  void Describe(Candidate& candidate) {
    if (candidate.failure) return;
    StagingJob& job = candidate.job;
    if (candidate.row != nullptr && candidate.row->operation) {
      job.operation = *candidate.row->operation;
    }
    const std::string pattern = job.generate.same_room;
    job.generate.same_room = SameRoomKey(pattern, candidate.photo.path);
    try {
      job.sidecar = SidecarOf(candidate.photo.path);
      if (!job.sidecar.empty()) ApplySidecar(job.sidecar, job);
    } catch (const Error& error) {
      return Fail(candidate, error);
    }
    if (candidate.row != nullptr) {
      job = ApplyRow(*candidate.row, jobs_folder_, std::move(job));
    }
    try {
      MatchFiles(candidate);
      if (request_.settle) request_.settle(job);
    } catch (const Error& error) {
      Fail(candidate, error);
    }
  }

  /// Turns folders of masks and plans into the photo's own.
  static void MatchFiles(Candidate& candidate) {
    StagingJob& job = candidate.job;
    const fs::path& photo = candidate.photo.path;
    for (fs::path* mask :
         {&job.generate.mask, &job.edit.mask, &job.declutter.mask}) {
      *mask = MaskOf(photo, *mask);
    }
    if (fs::is_directory(job.generate.plan_in)) {
      job.generate.plan_in = PlanFileOf(photo, job.generate.plan_in);
    }
  }

  void DropMasksAndFurniture() {
    std::set<fs::path> aids;
    for (const Candidate& candidate : candidates_) {
      const StagingJob& job = candidate.job;
      for (const fs::path& aid :
           {job.generate.mask, job.edit.mask, job.declutter.mask}) {
        if (!aid.empty()) aids.insert(Normal(aid));
      }
      for (const fs::path& piece : job.generate.furniture) {
        aids.insert(Normal(piece));
      }
    }
    std::erase_if(candidates_, [&](const Candidate& candidate) {
      return !candidate.photo.named && aids.contains(candidate.photo.path);
    });
  }

  void AssignNames() {
    std::map<fs::path, std::vector<Candidate*>> by_folder;
    for (Candidate& candidate : candidates_) {
      by_folder[candidate.job.output_folder].push_back(&candidate);
    }
    for (auto& [folder, members] : by_folder) AssignNamesIn(folder, members);
  }

  void AssignNamesIn(const fs::path& folder,
                     const std::vector<Candidate*>& members) {
    std::vector<NameRequest> requests;
    std::map<fs::path, int> rows_of;
    std::set<std::pair<fs::path, fs::path>> places;  // input and result folder
    int most_variants = 1;
    for (Candidate* member : members) {
      const int repeated = rows_of[member->photo.path]++;
      if (repeated > 0) member->tag = "job" + std::to_string(repeated + 1);
      most_variants = std::max(most_variants, member->job.variants);
      requests.push_back(
          RequestFor(member->photo.path, member->relative, member->job));
      requests.back().tag = member->tag;
      places.emplace(member->photo.path.parent_path(),
                     member->relative.parent_path());
    }
    std::map<fs::path, ResultWork> owners = OwnersIn(folder);
    for (const auto& [input_folder, place] : places) {
      AddForeignFiles(folder, folder / place, owners);
      AddNeighbours(input_folder, place, most_variants, requests);
    }
    OutputNames names(owners);
    names.Assign(std::move(requests));
    for (Candidate* member : members) {
      StagingJob& job = member->job;
      const std::vector<fs::path>& own =
          names.Of(member->photo.path, member->tag);
      for (int n = 0; n < job.variants; ++n) {
        job.outputs.push_back(folder / own[static_cast<size_t>(n)]);
      }
      SetPlanFile(own.front(), job);
    }
  }

  static NameRequest RequestFor(const fs::path& photo,
                                const fs::path& relative,
                                const StagingJob& job) {
    const bool styled = job.operation == Operation::kGenerate;
    return {.input = photo,
            .relative = relative,
            .extension = ResultExtension(photo, job.output),
            .variants = job.variants,
            .companions = HasCompanions(job.output),
            .tag = {},
            .style = styled ? job.generate.style : "",
            .operation = std::string(OperationName(job.operation)),
            .backend = job.backend};
  }

  static bool HasCompanions(const OutputOptions& output) {
    return std::any_of(output.disclose.begin(),
                       output.disclose.end(),
                       [](const std::string& way) {
                         return way != "none" && way != "metadata" &&
                                way != "caption";
                       });
  }

  /// Photos beside the chosen ones: a name must not depend on the choice.
  void AddNeighbours(const fs::path& input_folder,
                     const fs::path& place,
                     int variants,
                     std::vector<NameRequest>& requests) const {
    std::vector<fs::path> neighbours;
    try {
      neighbours = PhotosInFolder(input_folder);
    } catch (const Error&) {
      return;  // a photo can be readable in a folder that cannot be listed
    }
    std::set<fs::path> present;
    for (const NameRequest& request : requests) present.insert(request.input);
    for (const fs::path& neighbour : neighbours) {
      if (present.contains(neighbour)) continue;
      requests.push_back(
          RequestFor(neighbour, place / neighbour.filename(), request_.common));
      requests.back().variants = variants;
    }
  }

  static std::map<fs::path, ResultWork> OwnersIn(const fs::path& folder) {
    std::map<fs::path, ResultWork> owners;
    const ManifestState manifest = ReadManifest(folder);
    for (const auto& [result, work] : manifest.owners()) {
      owners[result.lexically_relative(folder)] = work;
    }
    return owners;
  }

  /// Files of the user's that lie where results would go are never replaced.
  static void AddForeignFiles(const fs::path& folder,
                              const fs::path& place,
                              std::map<fs::path, ResultWork>& owners) {
    std::error_code failure;
    for (fs::directory_iterator entry(place, failure), end;
         !failure && entry != end;
         entry.increment(failure)) {
      owners.emplace(
          entry->path().lexically_normal().lexically_relative(folder),
          ResultWork());
    }
  }

  static fs::path PlanFileOf(const fs::path& photo, const fs::path& folder) {
    for (const char* ending : {".plan.json", ".json"}) {
      fs::path plan = folder / (photo.stem().native() + ending);
      if (fs::is_regular_file(plan)) return plan;
    }
    throw Error(ErrorKind::kInput,
                Utf8Path(photo) + ": " + Utf8Path(folder) + " has no plan " +
                    Utf8Path(photo.stem()) + ".plan.json");
  }

  /// A folder to write plans to becomes a file named as the result.
  void SetPlanFile(const fs::path& name, StagingJob& job) const {
    fs::path& plan = job.generate.plan_out;
    const bool is_folder = candidates_.size() > 1 || fs::is_directory(plan) ||
                           !plan.has_filename();
    if (plan.empty() || !is_folder) return;
    fs::path file = plan / name;
    plan = file.replace_extension(".plan.json");
  }

  void HashAll() {
    const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
    std::atomic<size_t> next{0};
    FileDigests digests;
    const auto work = [&] {
      for (size_t i = next++; i < candidates_.size(); i = next++) {
        Candidate& candidate = candidates_[i];
        if (candidate.failure) continue;
        try {
          StagingJob& job = candidate.job;
          job.input_sha256 = Sha256OfFile(job.input);
          job.id = JobId(job, ParametersJson(job, digests));
        } catch (const Error& error) {
          Fail(candidate, error);
        }
      }
    };
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < std::min<size_t>(threads, candidates_.size());
         ++i) {
      workers.emplace_back(work);
    }
    work();
  }

  /// Takes this shard's part; the same work is never split between shards.
  BatchPlan Collect() {
    BatchPlan plan;
    plan.shard = request_.shard;
    const Shard shard = request_.shard.value_or(Shard{});
    std::map<std::string, int> part_of;
    std::set<std::pair<std::string, fs::path>> seen;
    int index = 0;
    for (Candidate& candidate : candidates_) {
      const std::string key =
          candidate.failure ? candidate.photo.path.native() : candidate.job.id;
      if (!candidate.failure &&
          !seen.emplace(key, candidate.job.input).second) {
        continue;  // a row given twice
      }
      const auto [part, is_new] = part_of.emplace(key, index % shard.count);
      if (is_new) ++index;
      if (!candidate.failure) ++plan.jobs_of_all_shards;
      if (part->second != shard.index) continue;
      if (candidate.failure) {
        plan.unplanned.push_back(std::move(*candidate.failure));
      } else {
        plan.jobs.push_back(std::move(candidate.job));
      }
    }
    return plan;
  }

  const BatchRequest& request_;
  std::vector<JobRow> rows_;
  fs::path jobs_folder_;
  std::vector<Candidate> candidates_;
};

}  // namespace

BatchPlan PlanBatch(const BatchRequest& request) {
  return Planner(request).Plan();
}

}  // namespace stage
