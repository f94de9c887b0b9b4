create index concurrently :"index" on :"owned" (:"by");
