"""The console command: drop a folder of note files into the pipeline of template.yaml and read the summaries back."""
