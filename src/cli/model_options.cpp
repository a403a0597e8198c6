#include "cli/model_options.h"

#include "cli/option_kinds.h"

namespace stage::cli {

void AddModelOptions(CLI::App& command, ModelOptions& options) {
  constexpr auto kGroup = "Local diffusion model";
  DiffusionParameters& parameters = options.parameters;
  AddText(command,
          "--model",
          parameters.model,
          "NAME|PATH",
          "Model that does the work: one of 'stage models list --task "
          "inpainting', a file (.safetensors, .ckpt), or a folder in Hugging "
          "Face's layout (./NAME)")
      ->default_str("the largest that is installed")
      ->group(kGroup);
  AddTexts(command,
           "--lora",
           options.loras,
           "FILE[:WEIGHT]",
           "Merge a LoRA file into the model, -4 to 4 times (default: 1); "
           "repeatable")
      ->group(kGroup);
  AddInteger(command,
             "--steps",
             parameters.steps,
             {1, kMostDiffusionSteps},
             "Denoising steps")
      ->default_str("25")
      ->group(kGroup);
  AddNumber(command,
            "--guidance",
            parameters.guidance,
            {1, kMostGuidance},
            "How closely to follow the words; 1: half the work, without the "
            "negative prompt")
      ->default_str("7.5")
      ->group(kGroup);
  AddWord(command,
          "--scheduler",
          parameters.scheduler,
          DiffusionSchedulers(),
          "scheduler",
          "Sampling method: ddim, ddpm, pndm, lcm, tcd, euler, euler-a, "
          "dpm++2m, dpm++2m-karras, dpm++2m-sde, dpm++2m-sde-karras or unipc")
      ->type_name("NAME")
      ->default_str("the model's own")
      ->group(kGroup);
  AddNumber(command,
            "--strength",
            parameters.strength,
            {0, 1},
            "How far to depart from the picture it begins with")
      ->default_str("1 in edit, by --fidelity in generate")
      ->group(kGroup);
  AddWord(command,
          "--precision",
          options.precision,
          {"auto", "fp32", "bf16", "fp16"},
          "precision",
          "Numbers to compute with; auto: bf16 on CUDA (fp16 where it has "
          "none), fp32 on the processor")
      ->group(kGroup);
  AddBytes(command,
           "--max-memory",
           options.max_memory_bytes,
           "Memory of the device that the model may take (8000M or 8G); it "
           "works in smaller parts where that is needed")
      ->default_str("what the device has free")
      ->group(kGroup);
}

DiffusionParameters ParametersOf(const ModelOptions& options) {
  DiffusionParameters parameters = options.parameters;
  if (options.precision != "auto") parameters.precision = options.precision;
  for (const std::string& lora : options.loras) {
    parameters.loras.push_back(ParseLora(lora));
  }
  return parameters;
}

}  // namespace stage::cli
